/// Why a key file was not written or read, and what to do about it.
package enum KeyFileProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// A file is already there; a key is never overwritten.
    case alreadyExists
    /// The file is not there.
    case notFound
    /// The folder that a new file is to be in is not there.
    case noFolder
    /// Not a regular file (a directory, a pipe, a device).
    case notAFile
    /// Group or others have rights on it. The value is the file's permission bits.
    case openToOthers(mode: UInt32)
    case tooLarge(maximumByteCount: Int)
    /// No PKCS#8 private key in PEM form.
    case notAPrivateKey
    /// A private key, but not of the kind that was asked for.
    case otherKeyType(expected: String)
    /// A private key of the kind that was asked for, but one that this room refuses; the text says why.
    case unacceptableKey(String)
    /// Encrypted, and no passphrase was given.
    case passphraseNeeded
    /// A passphrase was given, but the file is not encrypted.
    case notEncrypted
    /// Encrypted with another passphrase, or damaged: the two look alike.
    case wrongPassphrase
    /// An empty passphrase was given for a new file.
    case emptyPassphrase
    /// The operating system refused; `call` is the function that failed.
    case system(call: String, reason: String)

    /// The problem and its remedy; the error around it names the file.
    package var description: String {
        switch self {
        case .alreadyExists:
            "already exists; a key is never overwritten: choose another path or move the file away"
        case .notFound:
            "not found; check the path, or create the key first"
        case .noFolder:
            "its folder does not exist; make the folder first"
        case .notAFile:
            "not a regular file; give the path of the key file itself"
        case .openToOthers(let mode):
            "its mode \(String(mode, radix: 8)) gives rights to group or others; run chmod 600 on it, and replace "
                + "the key if someone may have read it"
        case .tooLarge(let maximumByteCount):
            "larger than \(maximumByteCount) bytes; this is not a key file"
        case .notAPrivateKey:
            "holds no PKCS#8 private key in PEM form; convert an older form with openssl pkcs8 -topk8"
        case .otherKeyType(let expected):
            "holds another kind of key than the \(expected) key wanted here"
        case .unacceptableKey(let why):
            "\(why); make a new key"
        case .passphraseNeeded:
            "is encrypted; give its passphrase"
        case .notEncrypted:
            "is not encrypted although a passphrase was given; leave the passphrase out, or encrypt the file with "
                + "openssl pkcs8 -topk8 -v2 aes-256-cbc"
        case .wrongPassphrase:
            "the passphrase does not open it; check the passphrase, or restore the file if it is damaged"
        case .emptyPassphrase:
            "an empty passphrase protects nothing; give one, or none at all to write the key unencrypted"
        case .system(let call, let reason):
            "\(call) failed: \(reason)"
        }
    }
}

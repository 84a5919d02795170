import COpenSSL

/// PKCS#8 private keys in PEM form ([RFC 5958](https://www.rfc-editor.org/rfc/rfc5958),
/// [RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)), plain or encrypted with PBES2
/// ([RFC 8018, 6.2](https://www.rfc-editor.org/rfc/rfc8018#section-6.2)).
enum PrivateKeyPEM {
    /// PBKDF2 rounds for a new file: the OWASP figure for HMAC-SHA-256 (2023). Some tenths of a second at each start
    /// of a program, and as much for each guess of an attacker.
    private static let iterations: Int32 = 600_000

    /// Bytes of salt in a new file: what NIST SP 800-132 asks for; OpenSSL draws them.
    private static let saltByteCount: Int32 = 16

    /// The PEM text of `key`. The caller wipes it.
    static func encode(_ key: KeyHandle, passphrase: [UInt8]?) throws(CryptographyError) -> [UInt8] {
        let output = unsafe BIO_new(BIO_s_mem())
        let plain = unsafe EVP_PKEY2PKCS8(key.pointer)
        defer {
            unsafe BIO_free(output)
            unsafe PKCS8_PRIV_KEY_INFO_free(plain)
        }
        guard unsafe output != nil, unsafe plain != nil else { throw LibraryErrors.take(during: "encode a key") }
        let status: Int32
        if let passphrase {
            let encrypted = unsafe passphrase.withUnsafeBytes { text in
                unsafe PKCS8_encrypt(
                    -1, EVP_aes_256_cbc(), text.bindMemory(to: CChar.self).baseAddress, Int32(text.count), nil,
                    saltByteCount, iterations, plain)
            }
            defer { unsafe X509_SIG_free(encrypted) }
            guard unsafe encrypted != nil else { throw LibraryErrors.take(during: "encrypt a key") }
            status = unsafe PEM_write_bio_PKCS8(output, encrypted)
        } else {
            status = unsafe PEM_write_bio_PKCS8_PRIV_KEY_INFO(output, plain)
        }
        guard status == 1 else { throw LibraryErrors.take(during: "encode a key") }
        var start: UnsafeMutableRawPointer?
        let count = unsafe BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The private key in the first PEM block of `text`.
    static func decode(_ text: [UInt8], passphrase: [UInt8]?) throws(KeyFileProblem) -> KeyHandle {
        defer { LibraryErrors.clear() }
        let block = try PEMBlock(first: text)
        switch block.label {
        case "PRIVATE KEY":
            guard passphrase == nil else { throw .notEncrypted }
            var start = unsafe UnsafePointer(block.start)
            return try unsafe key(from: d2i_PKCS8_PRIV_KEY_INFO(nil, &start, block.count))
        case "ENCRYPTED PRIVATE KEY":
            guard let passphrase else { throw .passphraseNeeded }
            return try decrypt(block, passphrase)
        default:
            throw .notAPrivateKey
        }
    }

    private static func decrypt(
        _ block: borrowing PEMBlock, _ passphrase: [UInt8]
    ) throws(KeyFileProblem) -> KeyHandle {
        var start = unsafe UnsafePointer(block.start)
        guard let encrypted = unsafe d2i_X509_SIG(nil, &start, block.count) else { throw .notAPrivateKey }
        defer { unsafe X509_SIG_free(encrypted) }
        let plain = unsafe passphrase.withUnsafeBytes { text in
            unsafe PKCS8_decrypt(encrypted, text.bindMemory(to: CChar.self).baseAddress, Int32(text.count))
        }
        guard unsafe plain != nil else { throw .wrongPassphrase }
        return try unsafe key(from: plain)
    }

    /// Frees `info`.
    private static func key(from info: OpaquePointer?) throws(KeyFileProblem) -> KeyHandle {
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        guard unsafe info != nil, let key = unsafe EVP_PKCS82PKEY(info) else { throw .notAPrivateKey }
        return unsafe KeyHandle(owning: key)
    }
}

/// The contents of one PEM block, in OpenSSL's memory, wiped at the end.
@safe private struct PEMBlock: ~Copyable {
    let label: String
    let start: UnsafeMutablePointer<UInt8>?
    let count: Int

    /// The first block of `text`.
    init(first text: [UInt8]) throws(KeyFileProblem) {
        let input = unsafe BIO_new_mem_buf(text, Int32(text.count))
        defer { unsafe BIO_free(input) }
        var label: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var start: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard unsafe PEM_read_bio(input, &label, &header, &start, &count) == 1, let label = unsafe label else {
            throw .notAPrivateKey
        }
        self.label = unsafe String(cString: label)
        unsafe self.start = unsafe start
        self.count = count
        unsafe CRYPTO_free(label, #file, #line)
        unsafe CRYPTO_free(header, #file, #line)
    }

    deinit { unsafe CRYPTO_clear_free(start, count, #file, #line) }
}

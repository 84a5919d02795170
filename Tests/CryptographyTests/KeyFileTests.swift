import Cryptography
import Foundation
import Testing

@Suite("Key files")
struct KeyFileTests {
    static let passphrase = [UInt8]("correct horse".utf8)
    static let key: @Sendable () throws -> Ed25519PrivateKey = { try Ed25519PrivateKey(seed: [UInt8](0..<32)) }

    @Test("an Ed25519 key comes back from its file", arguments: [nil, passphrase, [0xFF, 0, 0x0A]])
    func ed25519(passphrase: [UInt8]?) throws {
        try TemporaryFolder.with { folder in
            try KeyFile.write(Self.key(), to: folder.path("key.pem"), passphrase: passphrase)
            #expect(try KeyFile.read(path: folder.path("key.pem"), passphrase: passphrase).seed == Self.key().seed)
        }
    }

    @Test("an ECDSA key comes back from its file", arguments: Curve.allCases)
    func ecdsa(curve: Curve) throws {
        try TemporaryFolder.with { folder in
            let scalar = [UInt8](repeating: 0x42, count: curve.scalarByteCount)
            let key = try ECDSAPrivateKey(curve: curve, scalar: scalar)
            try KeyFile.write(key, to: folder.path("key.pem"), passphrase: nil)
            let read = try KeyFile.readECDSA(curve, path: folder.path("key.pem"), passphrase: nil)
            #expect(read.scalar == scalar && read.publicKey == key.publicKey)
        }
    }

    @Test("files that another program wrote are read: RFC 8410, and openssl pkcs8")
    func foreign() throws {
        try TemporaryFolder.with { folder in
            let plain = try folder.write(KeyFixtures.pem(KeyFixtures.ed25519), to: "plain.pem")
            #expect(try KeyFile.read(path: plain, passphrase: nil).seed == bytes(KeyFixtures.ed25519Seed))
            let encrypted = try folder.write(
                KeyFixtures.pem(KeyFixtures.encryptedEd25519, label: "ENCRYPTED PRIVATE KEY"), to: "encrypted.pem")
            let key = try KeyFile.read(path: encrypted, passphrase: [UInt8]("swordfish".utf8))
            #expect(key.seed == bytes(KeyFixtures.ed25519Seed))
            let p256 = try folder.write(KeyFixtures.pem(KeyFixtures.p256), to: "p256.pem")
            #expect(try KeyFile.readECDSA(.p256, path: p256, passphrase: nil).curve == .p256)
            let p384 = try folder.write(KeyFixtures.pem(KeyFixtures.p384), to: "p384.pem")
            #expect(try KeyFile.readECDSA(.p384, path: p384, passphrase: nil).curve == .p384)
        }
    }

    @Test("a new file is for its owner alone and shows the key only if there is no passphrase")
    func written() throws {
        try TemporaryFolder.with { folder in
            try KeyFile.write(Self.key(), to: folder.path("plain.pem"), passphrase: nil)
            try KeyFile.write(Self.key(), to: folder.path("encrypted.pem"), passphrase: Self.passphrase)
            for name in ["plain.pem", "encrypted.pem"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
            // PKCS#8 of an Ed25519 key: a fixed beginning, then the seed.
            let start = bytes("302e020100300506032b657004220420")
            let plain = KeyFixtures.pem(Data(start + (0..<32)).base64EncodedString())
            #expect(try folder.contents("plain.pem") == plain)
            let encrypted = String(decoding: try folder.contents("encrypted.pem"), as: UTF8.self)
            #expect(encrypted.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
            // 600000 rounds, the hash of PBKDF2 and the cipher, as DER writes them.
            let contents = try #require(
                Data(base64Encoded: encrypted.split(separator: "\n").dropFirst().dropLast().joined()))
            let text = hexadecimal([UInt8](contents))
            #expect(text.contains("0203" + "0927c0"))
            #expect(text.contains("06082a864886f70d0209"))
            #expect(text.contains("060960864801650304012a"))
        }
    }

    @Test("nothing is ever overwritten: not a file, not a link, not a folder")
    func exists() throws {
        try TemporaryFolder.with { folder in
            let file = try folder.write([1, 2, 3], to: "file")
            let link = folder.path("link")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path("nowhere"))
            for path in [file, link, folder.url.path] {
                #expect(throws: CryptographyError.keyFile(path: path, .alreadyExists)) {
                    try KeyFile.write(Self.key(), to: path, passphrase: nil)
                }
            }
            #expect(try folder.contents("file") == [1, 2, 3])
            #expect(!FileManager.default.fileExists(atPath: folder.path("nowhere")))
        }
    }

    @Test("an empty passphrase and a missing folder are refused before anything is written")
    func refusedWrites() throws {
        try TemporaryFolder.with { folder in
            let path = folder.path("key.pem")
            #expect(throws: CryptographyError.keyFile(path: path, .emptyPassphrase)) {
                try KeyFile.write(Self.key(), to: path, passphrase: [])
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            let lost = folder.path("no/folder/key.pem")
            #expect(throws: CryptographyError.keyFile(path: lost, .noFolder)) {
                try KeyFile.write(Self.key(), to: lost, passphrase: nil)
            }
        }
    }

    @Test(
        "a file on which group or others have any right is refused",
        arguments: [0o601, 0o602, 0o604, 0o610, 0o620, 0o640, 0o666, 0o777])
    func openToOthers(mode: Int) throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write(KeyFixtures.pem(KeyFixtures.ed25519), to: "key.pem", mode: mode)
            #expect(throws: CryptographyError.keyFile(path: path, .openToOthers(mode: UInt32(mode)))) {
                try KeyFile.read(path: path, passphrase: nil)
            }
        }
    }

    @Test("what is not a file is refused at once")
    func notFiles() throws {
        try TemporaryFolder.with { folder in
            let pipe = folder.path("pipe")
            let isMade = unsafe mkfifo(pipe, 0o600) == 0
            #expect(isMade)
            let expected: [(String, KeyFileProblem)] = [
                (folder.path("absent"), .notFound), (pipe, .notAFile), (folder.url.path, .notAFile),
            ]
            for (path, problem) in expected {
                #expect(throws: CryptographyError.keyFile(path: path, problem)) {
                    try KeyFile.read(path: path, passphrase: nil)
                }
            }
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let contents: [UInt8]
        var passphrase: [UInt8]?
        let problem: KeyFileProblem

        init(_ why: String, _ contents: [UInt8], passphrase: [UInt8]? = nil, _ problem: KeyFileProblem) {
            (testDescription, self.contents, self.passphrase, self.problem) = (why, contents, passphrase, problem)
        }
    }

    static let plain = KeyFixtures.pem(KeyFixtures.ed25519)
    static let encrypted = KeyFixtures.pem(KeyFixtures.encryptedEd25519, label: "ENCRYPTED PRIVATE KEY")
    static let mislabelled = KeyFixtures.pem(KeyFixtures.ed25519, label: "ENCRYPTED PRIVATE KEY")
    static let tooMuch = [UInt8](repeating: 0x41, count: KeyFile.maximumByteCount + 1)

    static let refusals: [Refusal] = [
        Refusal("nothing", [], .notAPrivateKey),
        Refusal("not text", [UInt8](repeating: 0xFF, count: 500), .notAPrivateKey),
        Refusal("too much", tooMuch, .tooLarge(maximumByteCount: KeyFile.maximumByteCount)),
        Refusal("cut off", plain.dropLast(20), .notAPrivateKey),
        Refusal("DER cut off", KeyFixtures.pem(String(KeyFixtures.ed25519.dropLast(8))), .notAPrivateKey),
        Refusal("a public key", KeyFixtures.pem(KeyFixtures.ed25519, label: "PUBLIC KEY"), .notAPrivateKey),
        Refusal("an older form", KeyFixtures.pem(KeyFixtures.rsa2048, label: "RSA PRIVATE KEY"), .notAPrivateKey),
        Refusal("another algorithm", KeyFixtures.pem(KeyFixtures.p256), .otherKeyType(expected: "Ed25519")),
        Refusal("no signing key", KeyFixtures.pem(KeyFixtures.x25519), .otherKeyType(expected: "Ed25519")),
        Refusal("encrypted", encrypted, .passphraseNeeded),
        Refusal("another passphrase", encrypted, passphrase: [UInt8]("swordfisH".utf8), .wrongPassphrase),
        Refusal("an empty passphrase", encrypted, passphrase: [], .wrongPassphrase),
        Refusal("not encrypted", plain, passphrase: passphrase, .notEncrypted),
        Refusal("mislabelled", mislabelled, passphrase: passphrase, .notAPrivateKey),
    ]

    @Test("what holds no Ed25519 key that we can open is refused with its reason", arguments: refusals)
    func refused(refusal: Refusal) throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write(refusal.contents, to: "key.pem")
            let error = #expect(throws: CryptographyError.self) {
                try KeyFile.read(path: path, passphrase: refusal.passphrase)
            }
            #expect(error == .keyFile(path: path, refusal.problem))
            let text = try #require(error).description
            #expect(text.hasPrefix("key file \(path): "))
            #expect(!text.contains("swordfis") && !text.contains("correct horse"))
        }
    }

    @Test("an ECDSA key must be on the curve asked for, and an RSA key long enough")
    func otherKinds() throws {
        try TemporaryFolder.with { folder in
            let p256 = try folder.write(KeyFixtures.pem(KeyFixtures.p256), to: "p256.pem")
            let k1 = try folder.write(KeyFixtures.pem(KeyFixtures.secp256k1), to: "k1.pem")
            let short = try folder.write(KeyFixtures.pem(KeyFixtures.rsa1024), to: "short.pem")
            #expect(throws: CryptographyError.keyFile(path: p256, .otherKeyType(expected: "ECDSA P-384"))) {
                try KeyFile.readECDSA(.p384, path: p256, passphrase: nil)
            }
            #expect(throws: CryptographyError.keyFile(path: k1, .otherKeyType(expected: "ECDSA P-256"))) {
                try KeyFile.readECDSA(.p256, path: k1, passphrase: nil)
            }
            #expect(throws: CryptographyError.keyFile(path: p256, .otherKeyType(expected: "RSA"))) {
                try KeyFile.readRSA(path: p256, passphrase: nil)
            }
            let error = #expect(throws: CryptographyError.self) { try KeyFile.readRSA(path: short, passphrase: nil) }
            guard case .keyFile(short, .unacceptableKey(let why)) = error else {
                Issue.record("a short RSA key gives \(String(describing: error))")
                return
            }
            #expect(why.contains("not 1024"))
        }
    }
}

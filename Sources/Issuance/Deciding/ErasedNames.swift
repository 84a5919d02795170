import Cryptography

/// How an idempotency key is remembered when what was done under it is erased: by a hash with a key that follows from
/// the institution's own commitment key, so that only whoever has the database and guesses the key can confirm it.
struct ErasedNames {
    private let key: [UInt8]

    /// - Parameter institution: the 32 bytes of the institution's own commitment key.
    init(_ institution: [UInt8]) {
        let info = Array("vc-audit erased answers v1".utf8)
        key = HKDFSHA256.derive(secret: institution, salt: [], info: info, count: 32)
    }

    /// The name of an idempotency key.
    func name(of idempotencyKey: String) -> [UInt8] {
        HMACSHA256.authenticate(key: key, Array(idempotencyKey.utf8)).bytes
    }

    /// What was asked, for whoever knows under which key: nobody else can try out whom an erasure was about.
    static func asked(_ idempotency: Idempotency) -> [UInt8] {
        HMACSHA256.authenticate(key: Array(idempotency.key.utf8), idempotency.digest).bytes
    }
}

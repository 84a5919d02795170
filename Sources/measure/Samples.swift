import CanonicalJSON
import Cryptography
import Figures
import Temporal

/// What is signed: credentials as institutions send them, each with another subject.
enum Samples {
    /// How many of them there are, each about a kilobyte.
    static let size = Report.DataSize(256, "prepared documents of about 1 kB each")

    static let instant = Instant(milliseconds: 1_795_219_200_000)

    /// A credential of about a kilobyte.
    static func credential(_ number: Int, achievements: Int = 1) -> JSONObject {
        let degrees = (0..<achievements).map { index -> JSON in
            ["type": "ExampleBachelorDegree", "name": .string("Bachelor of Science \(number) \(index)")]
        }
        return [
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "id": .string("urn:uuid:01932c4e-8a51-7cc2-9d1e-\(suffix(number))"),
            "type": ["VerifiableCredential", "ExampleDegreeCredential"],
            "issuer": "https://university.example/issuers/565049", "validFrom": "2026-11-21T00:00:00Z",
            "name": "Degree", "description": "What the university says of a student who passed.",
            "credentialSubject": [
                "id": .string("did:example:\(suffix(number))"),
                "degree": degrees.count == 1 ? degrees[0] : .array(degrees),
            ],
            "credentialStatus": [
                "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
                "statusListIndex": .string(String(number % 131_072)),
                "statusListCredential": "https://university.example/status-lists/1",
            ],
        ]
    }

    private static func suffix(_ number: Int) -> String { String(String(1_000_000_000_000 + number).dropFirst()) }

    /// Prepared before the clock runs, so that parsing is not measured; enough that none is near the last in a cache.
    static func credentials(_ count: Int = 256, achievements: Int = 1) -> [JSONObject] {
        (0..<count).map { credential($0, achievements: achievements) }
    }

    /// Keys that are the same in each run.
    static func key(_ algorithm: SignatureAlgorithm) throws -> PrivateKey {
        switch algorithm {
        case .edDSA: .ed25519(try Ed25519PrivateKey(seed: [UInt8](repeating: 7, count: 32)))
        case .es256: .ecdsa(try ECDSAPrivateKey(curve: .p256, scalar: [UInt8](repeating: 7, count: 32)))
        case .es384: .ecdsa(try ECDSAPrivateKey(curve: .p384, scalar: [UInt8](repeating: 7, count: 48)))
        case .rs256: throw CryptographyError.invalidKey("RSA keys come from files and are not measured")
        }
    }
}

/// Bytes that look random and are the same in each run, for what takes random bytes.
struct Repeatable: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64 = 1) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        let mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ mixed >> 27
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 24) } }
}

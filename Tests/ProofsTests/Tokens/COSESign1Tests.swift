import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Proofs
import TestSupport
import Testing

@Suite("COSE_Sign1: RFC 9052, section 4.2")
struct COSESign1Tests {
    static func message(_ payload: [UInt8] = [1, 2, 3], _ algorithm: SignatureAlgorithm = .edDSA) throws -> COSESign1 {
        let key = try testKey(1, algorithm)
        let header = JOSEHeader(algorithm, type: "application/vc+cose", contentType: "application/vc", keyID: "k")
        return try COSESign1(signing: payload, header: header, key: key)
    }

    /// A message of any parts, each as CBOR; the protected header has fewer than 24 bytes.
    static func bytes(
        _ protected: [UInt8], unprotected: [UInt8] = [0xA0], payload: [UInt8] = [0x40], signature: [UInt8] = [0x40],
        front: [UInt8] = [0xD2, 0x84]
    ) -> [UInt8] {
        front + [0x40 | UInt8(protected.count)] + protected + unprotected + payload + signature
    }

    @Test(
        "what is signed is read and verified, and by its key only",
        arguments: [SignatureAlgorithm.edDSA, .es256, .es384])
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let message = try Self.message(Array("payload".utf8), algorithm)
        let read = try COSESign1(parsing: message.encoded)
        #expect(read == message)
        #expect((read.header.keyID, read.header.type) == ("k", "application/vc+cose"))
        try read.verify(with: testKey(1, algorithm).publicKey)
        for other in [SignatureAlgorithm.edDSA, .es256, .es384] {
            #expect(throws: JOSEError.self) { try read.verify(with: testKey(2, other).publicKey) }
        }
    }

    @Test("the tag may be absent")
    func untagged() throws {
        let message = try Self.message()
        let read = try COSESign1(parsing: Array(message.encoded.dropFirst()))
        try read.verify(with: testKey(1).publicKey)
        #expect(message.encoded.first == 0xD2)
    }

    @Test("unprotected parameters have no effect")
    func unprotected() throws {
        // {1: -8} protected; {4: 'x', 16: "y"} not.
        let read = try COSESign1(
            parsing: Self.bytes([0xA1, 0x01, 0x27], unprotected: [0xA2, 0x04, 0x41, 0x78, 0x10, 0x61, 0x79]))
        #expect(read.header.keyID == nil)
        #expect(read.header.type == nil)
    }

    @Test(
        "a message is refused that",
        arguments: [
            ("is empty", []), ("is a tag only", [0xD2]),
            ("has another tag", bytes([0xA1, 0x01, 0x27], front: [0xD1, 0x84])),
            ("has three parts", bytes([0xA1, 0x01, 0x27], signature: [], front: [0xD2, 0x83])),
            ("goes on", bytes([0xA1, 0x01, 0x27]) + [0]), ("has no header", bytes([])), ("has no alg", bytes([0xA0])),
            ("has an alg that we do not have", bytes([0xA1, 0x01, 0x38, 0x23])),
            ("has a positive alg", bytes([0xA1, 0x01, 0x07])),
            ("has alg as text", bytes([0xA1, 0x01, 0x62, 0x45, 0x53])),
            ("has crit", bytes([0xA2, 0x01, 0x27, 0x02, 0x81, 0x01])),
            ("has alg twice", bytes([0xA2, 0x01, 0x27, 0x01, 0x27])),
            ("has labels out of order", bytes([0xA2, 0x04, 0x40, 0x01, 0x27])),
            ("has a length longer than needed", [0xD2, 0x84, 0x58, 0x03, 0xA1, 0x01, 0x27, 0xA0, 0x40, 0x40]),
            ("has a long number", bytes([0xA1, 0x01, 0x38, 0x07])),
            ("has a typ as bytes", bytes([0xA2, 0x01, 0x27, 0x10, 0x41, 0x78])),
            ("has a kid as text", bytes([0xA2, 0x01, 0x27, 0x04, 0x61, 0x78])),
            ("has a kid that is no UTF-8", bytes([0xA2, 0x01, 0x27, 0x04, 0x41, 0xFF])),
            ("has its payload elsewhere", bytes([0xA1, 0x01, 0x27], payload: [0xF6])),
            ("has unprotected bytes", bytes([0xA1, 0x01, 0x27], unprotected: [0x40])),
            ("has an indefinite length", bytes([0xA1, 0x01, 0x27], front: [0xD2, 0x9F]) + [0xFF]),
            ("says it is very long", [0xD2, 0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            ("is too long", bytes([0xA1, 0x01, 0x27]) + [UInt8](repeating: 0, count: COSESign1.maximumByteCount)),
        ] as [(String, [UInt8])])
    func refused(why: String, bytes: [UInt8]) {
        #expect(throws: JOSEError.self) { try COSESign1(parsing: bytes) }
    }

    @Test("every change of one byte is refused, but in the tag")
    func everyByte() throws {
        let message = try Self.message()
        var random = SeededRandom(seed: 3)
        for place in message.encoded.indices.dropFirst() {
            var changed = message.encoded
            changed[place] ^= UInt8.random(in: 1...255, using: &random)
            #expect(throws: JOSEError.self, "\(place)") {
                try COSESign1(parsing: changed).verify(with: testKey(1).publicKey)
            }
        }
    }

    @Test("a credential as a COSE message goes into an envelope and out of it")
    func envelope() throws {
        let key = try testKey(1)
        let message = try EnvelopingProof.secureWithCOSE(
            EnvelopingProofTests.credential, as: .credential, keyID: "k", key: key)
        let envelope = try Envelope(.object(EnvelopingProof.envelope(message, as: .credential)))
        let verified = try EnvelopingProof.verify(envelope, keys: TokenKeys(key.publicKey), at: now)
        #expect(verified.document == EnvelopingProofTests.credential)
        #expect(throws: JOSEError.self) {
            try EnvelopingProof.verify(message, as: .presentation, keys: TokenKeys(key.publicKey), at: now)
        }
        let other = try COSESign1(
            signing: message.payload,
            header: JOSEHeader(.edDSA, type: "application/vc+cose", contentType: "application/vp"),
            key: key)
        #expect(throws: JOSEError.self) {
            try EnvelopingProof.verify(other, as: .credential, keys: TokenKeys(key.publicKey), at: now)
        }
    }
}

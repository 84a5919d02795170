import Cryptography
import Multiformats
import Testing
import TransparencyLog

@Suite("Commitments to personal data")
struct CommitmentTests {
    private let key: SubjectKey
    private let opening: Opening

    init() throws {
        key = try SubjectKey(SampleKeys.seed(0))
        opening = try key.opening(field: "name", value: Array("\"Ada\"".utf8), seq: 7)
    }

    @Test("salt and commitment are those of HKDF and HMAC over the stated bytes")
    func golden() {
        // From another implementation (Python's hmac and hashlib) of the formulas in the documentation.
        #expect(Hex.encode(opening.salt) == "2543e0838d17641d87486100aa938f14e733a960d4824605fcb593eb7e0835a5")
        #expect(
            opening.commitment.digest.description == "c705b0f5c438cc04b60f2b6ba264af677f551eb5266f34ba025dbaaf3a49334c")
    }

    @Test("an opening opens its own commitment and no other")
    func verification() throws {
        try opening.commitment.verify(opening)
        let salt = opening.salt
        let others = [
            try Opening(field: "nam", salt: salt, value: Array("e\"Ada\"".utf8)),
            try Opening(field: "name", salt: salt, value: Array("\"Ada".utf8)),
            try Opening(field: "name", salt: salt, value: []),
            try Opening(field: "Name", salt: salt, value: opening.value),
            try Opening(field: "name", salt: Array(salt.reversed()), value: opening.value),
            try key.opening(field: "name", value: opening.value, seq: 8),
            try SubjectKey(SampleKeys.seed(1)).opening(field: "name", value: opening.value, seq: 7),
        ]
        for other in others {
            #expect(throws: TransparencyLogError.wrongOpening(field: other.field)) {
                try opening.commitment.verify(other)
            }
        }
        #expect(Set((others + [opening]).map(\.commitment)).count == 8)
    }

    @Test("salts differ for every entry and field")
    func salts() throws {
        let fields = ["a", "b", "ab"]
        let salts = try (0..<50 as Range<UInt64>).flatMap { seq in
            try fields.map { try key.opening(field: $0, value: [], seq: seq).salt }
        }
        #expect(Set(salts).count == 150)
    }

    @Test("a salt, a key, a field and a value of another length are refused")
    func lengths() throws {
        for count in [0, 16, 31, 33, 64] {
            let bytes = [UInt8](repeating: 1, count: count)
            #expect(throws: TransparencyLogError.self) { try Opening(field: "f", salt: bytes, value: []) }
            #expect(throws: TransparencyLogError.self) { try SubjectKey(bytes) }
        }
        for field in ["", String(repeating: "f", count: 65)] {
            #expect(throws: TransparencyLogError.self) { try Opening(field: field, salt: opening.salt, value: []) }
        }
        let value = [UInt8](repeating: 1, count: Opening.maximumValueBytes + 1)
        #expect(throws: TransparencyLogError.self) { try Opening(field: "f", salt: opening.salt, value: value) }
    }

    @Test("no description shows a secret or a value")
    func descriptions() throws {
        for text in [opening.description, "\(opening)", String(reflecting: opening), "\(key)", String(reflecting: key)]
        {
            #expect(!text.contains("Ada") && !text.contains("37") && !text.contains("["))
        }
    }
}

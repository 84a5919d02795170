package import CanonicalJSON
package import Compensation
package import ServiceLevels

/// So much of something that may be given, as entries about claims and offers say it.
package struct GivenAmount: Hashable, Sendable {
    package let type: BenefitType
    package let amount: Amount

    package init(_ type: BenefitType, _ amount: Amount) {
        self.type = type
        self.amount = amount
    }

    init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        type = try reader.parsed("benefitType") { BenefitType(rawValue: $0) }
        let unit = try reader.parsed("unit") { UnitOfAccount(rawValue: $0) }
        let minor = try reader.integer("minor")
        guard type.isCounted(in: unit), (1...Benefit.largestAmount).contains(minor) else {
            let problem = "expected 1 to \(Benefit.largestAmount), in a unit of the benefit"
            throw JSONShapeError(pointer: reader.pointer(to: "minor"), problem: problem)
        }
        amount = Amount(minor, unit)
        try reader.finish()
    }

    /// Reads it where it may be left out.
    init?(optional key: String, _ reader: inout ObjectReader) throws(JSONShapeError) {
        guard let object = try reader.optionalObject(key) else { return nil }
        self = try GivenAmount(object)
    }

    var json: JSON {
        [
            "benefitType": .string(type.rawValue), "unit": .string(amount.unit.rawValue),
            "minor": .integer(amount.minor),
        ]
    }
}

/// A rule of a published policy that a denial follows: the document, and the place in it (RFC 6901).
package struct CitedRule: Hashable, Sendable {
    package let policy: PolicyHash
    package let pointer: String

    /// Whether there is something at that place of a document, in its `spec`.
    package func resolves(in document: JSON) -> Bool {
        guard pointer.hasPrefix("/spec/") else { return false }
        var place = document
        for step in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let name = String(step.replacing("~1", with: "/").replacing("~0", with: "~"))
            switch place {
            case .object(let members):
                guard let next = members[name] else { return false }
                place = next
            case .array(let elements):
                guard let index = Int(name), String(index) == name, elements.indices.contains(index) else {
                    return false
                }
                place = elements[index]
            default: return false
            }
        }
        return true
    }

    /// The most rules of one denial.
    static let maximumCount = 8

    package init(policy: PolicyHash, pointer: String) {
        self.policy = policy
        self.pointer = pointer
    }

    static func list(_ reader: inout ObjectReader) throws(JSONShapeError) -> [CitedRule] {
        let place = reader.pointer(to: "rules")
        let rules = try (reader.optionalArray("rules") ?? []).map { (json, place) throws(JSONShapeError) in
            var rule = try ObjectReader(json, at: place)
            let cited = CitedRule(
                policy: try rule.parsed("policy") { PolicyHash($0) }, pointer: try rule.string("pointer"))
            try rule.finish()
            return cited
        }
        guard rules.count <= maximumCount else {
            throw JSONShapeError(pointer: place, problem: "expected at most \(maximumCount) rules")
        }
        return rules
    }

    static func json(_ rules: [CitedRule]) -> JSON? {
        if rules.isEmpty { return nil }
        return .array(rules.map { ["policy": .string($0.policy.text), "pointer": .string($0.pointer)] })
    }
}

/// Something that somebody brings to a claim. Personal: it is committed to, and destroyed with the person.
package struct ClaimEvidence: Hashable, Sendable {
    package let kind: EvidenceKind
    package let content: String

    /// The most pieces of one submission, and the longest, in UTF-8 bytes: a letter, or where a scan is kept.
    static let maximumCount = 8
    static let maximumBytes = 4096

    static func list(_ reader: inout ObjectReader) throws(JSONShapeError) -> [ClaimEvidence] {
        let place = reader.pointer(to: "evidence")
        let pieces = try (reader.optionalArray("evidence") ?? []).map { (json, place) throws(JSONShapeError) in
            var piece = try ObjectReader(json, at: place)
            let evidence = ClaimEvidence(
                kind: try piece.parsed("kind") { EvidenceKind(rawValue: $0) },
                content: try piece.words("content", maximumBytes: maximumBytes))
            try piece.finish()
            return evidence
        }
        guard pieces.count <= maximumCount else {
            throw JSONShapeError(pointer: place, problem: "expected at most \(maximumCount) pieces of evidence")
        }
        return pieces
    }

    static func json(_ evidence: [ClaimEvidence]) -> JSON {
        .array(evidence.map { ["kind": .string($0.kind.rawValue), "content": .string($0.content)] })
    }
}

/// Over which channel somebody spoke with us.
package enum ContactChannel: String, Hashable, Sendable, CaseIterable {
    case web, email, chat, phone, social, institution
}

extension ObjectReader {
    /// What a person wrote: 1 byte or more.
    mutating func words(_ key: String, maximumBytes: Int) throws(JSONShapeError) -> String {
        let text = try string(key)
        guard (1...maximumBytes).contains(text.utf8.count) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected 1 to \(maximumBytes) bytes")
        }
        return text
    }

    /// A language tag of two letters, where it is said.
    mutating func locale() throws(JSONShapeError) -> String? {
        guard let text = try optionalString("locale") else { return nil }
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else {
            throw JSONShapeError(pointer: pointer(to: "locale"), problem: "expected two small letters, like en")
        }
        return text
    }
}

import CanonicalJSON
package import ServiceLevels
package import Temporal

/// A published moratorium: for promises that are broken in its time, one compensation policy gives nothing (rule 52).
package struct Suspension: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// Its identity.
    package let hash: PolicyHash
    /// The id of the compensation policy, of the same tenant.
    package let policyRef: String
    /// Deadlines before this are not touched.
    package let from: Instant
    /// Deadlines from this on are not touched; later than ``from``.
    package let until: Instant
    /// Why, by language tag.
    package let reason: [String: String]
    /// The members of staff who must all approve: two or more, each once, 16 lower-case hexadecimal digits.
    package let approvers: [String]

    /// Two see more than one; more than five never meet.
    package static let approverCounts = 2...5

    /// Reads the promise of a document of kind `Suspension`.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            var spec = try document.spec(of: .suspension)
            policyRef = try spec.identifier("policyRef")
            from = try spec.instant("from")
            until = try spec.instant("until")
            reason = try spec.texts("reason")
            approvers = try spec.approvers("approvedBy")
            try spec.optionalConstant("doesNotAffect", "breaches-before-from")
            try spec.finish()
            for tag in metadata.title.keys.sorted() where reason[tag] == nil {
                let problem = "the title is there in \(tag), and so must be the reason"
                throw JSONShapeError(pointer: spec.pointer(to: "reason"), problem: problem)
            }
            guard until <= from else { return }
            throw JSONShapeError(pointer: spec.pointer(to: "until"), problem: "expected an instant later than from")
        } catch {
            throw PolicyError(error)
        }
    }

    /// From when on it holds: its own begin, its publication, and the last approval, whichever is latest.
    ///
    /// - Parameters:
    ///   - effectiveAt: from when on the document is in force.
    ///   - approvals: when each member of staff approved.
    /// - Returns: nil while somebody has not approved, or when nothing of its time is left.
    package func holds(effectiveAt: Instant, approvals: [String: Instant]) -> Range<Instant>? {
        var begin = max(from, effectiveAt)
        for approver in approvers {
            guard let approved = approvals[approver] else { return nil }
            begin = max(begin, approved)
        }
        return begin < until ? begin..<until : nil
    }
}

extension ObjectReader {
    fileprivate mutating func approvers(_ key: String) throws(JSONShapeError) -> [String] {
        let elements = try array(key)
        guard Suspension.approverCounts.contains(elements.count) else {
            let problem = "expected two to five members of staff, found \(elements.count); nobody suspends alone"
            throw JSONShapeError(pointer: pointer(to: key), problem: problem)
        }
        var approvers: [String] = []
        for (json, place) in elements {
            guard let text = json.stringValue, Suspension.isStaff(text) else {
                let problem = "expected a member of staff: 16 lower-case hexadecimal digits"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            guard !approvers.contains(text) else {
                throw JSONShapeError(pointer: place, problem: "the same person twice is one person")
            }
            approvers.append(text)
        }
        return approvers
    }
}

extension Suspension {
    /// Whether a text names a member of staff.
    fileprivate static func isStaff(_ text: String) -> Bool {
        text.utf8.count == 16 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}

/// The moratorium in sentences that a person can hold us to.
extension Suspension {
    /// Short English sentences.
    package var plainWords: [String] { plainWords(in: nil) }

    /// The same, with the reason in a language where the document has it.
    func plainWords(in locale: String?) -> [String] {
        let why = locale.flatMap { reason[$0] } ?? reason["en"] ?? reason.min { $0.key < $1.key }?.value ?? ""
        return [
            "For promises that are broken between \(from) and \(until), the compensation policy \(policyRef) gives "
                + "nothing. The reason: \(why)",
            "What was broken before \(from) is paid in full, also for the time that lies after.",
            "It holds only from the moment at which all \(approvers.count) of these have approved it: "
                + approvers.joined(separator: ", ") + ".",
            "Nothing that was given is taken back.",
        ]
    }
}

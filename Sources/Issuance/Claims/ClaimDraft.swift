package import CanonicalJSON
package import Compensation
import ServiceLevels

/// What somebody claims, read strictly from a body.
package struct ClaimDraft: Hashable, Sendable {
    package let category: ClaimCategory
    package let channel: ContactChannel
    package let requested: GivenAmount?
    package let words: ClaimFiled.Words

    /// Reads the members of a claim; others are the caller's.
    package init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        category = try reader.choice("category")
        channel = try reader.optionalString("channel") == nil ? .institution : reader.choice("channel")
        requested = try GivenAmount(optional: "requested", &reader)
        words = try ClaimFiled.Words(&reader)
    }
}

extension ClaimEvidence {
    /// The body of somebody who brings what was asked for.
    package static func given(_ reader: inout ObjectReader) throws(JSONShapeError) -> [ClaimEvidence] {
        let place = reader.pointer(to: "evidence")
        let evidence = try list(&reader)
        guard !evidence.isEmpty else { throw JSONShapeError(pointer: place, problem: "expected some evidence") }
        return evidence
    }
}

extension ClaimFiled.Words {
    /// The body of an appeal.
    package static func appeal(_ reader: inout ObjectReader) throws(JSONShapeError) -> ClaimFiled.Words {
        try ClaimFiled.Words(&reader)
    }
}

extension ClaimVerdict {
    /// Reads how somebody decides.
    package init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        outcome = try reader.choice("outcome")
        grant = try GivenAmount(optional: "grant", &reader)
        rules = try CitedRule.list(&reader)
        note = try reader.optionalString("note")
        let longest = ClaimFiled.Words.maximumBytes
        guard note.map({ $0.utf8.count <= longest }) ?? true else {
            throw JSONShapeError(pointer: reader.pointer(to: "note"), problem: "expected at most \(longest) bytes")
        }
        guard outcome == .granted || grant == nil else {
            throw JSONShapeError(pointer: reader.pointer(to: "grant"), problem: "a denial grants nothing")
        }
    }
}

/// What a reviewer asks for, read strictly from a body.
package struct EvidenceRequest: Sendable {
    package let kinds: [EvidenceKind]
    package let note: String?

    package init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        kinds = try reader.evidenceKinds()
        note = try reader.optionalString("note")
    }
}

package import CanonicalJSON
import Compensation
import Cryptography
import ServiceLevels

/// A further check as somebody of the staff records it, read strictly from a body.
package struct CheckDraft: Hashable, Sendable {
    let check: AssuranceCheck
    let outcome: CheckOutcome
    /// SHA-256 in lower-case hexadecimal.
    let evidence: String
    let note: String?

    /// Reads the members `check`, `result`, `reason`, `evidence` and `note`; others are the caller's.
    package init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        check = try reader.choice("check")
        outcome = try CheckOutcome(&reader)
        evidence = try reader.string("evidence")
        note = try reader.optionalString("note")
        let isDigest =
            evidence.utf8.count == 2 * SHA256Digest.byteCount
            && evidence.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard isDigest else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "evidence"),
                problem: "expected the SHA-256 of what was seen, 64 hexadecimal digits; the thing itself stays with you"
            )
        }
        let longest = ClaimFiled.Words.maximumBytes
        guard note?.utf8.count ?? 0 <= longest else {
            throw JSONShapeError(pointer: reader.pointer(to: "note"), problem: "expected at most \(longest) bytes")
        }
    }
}

/// What somebody wants to happen about a further check.
package enum AssuranceCommand: Sendable {
    /// - Parameter upgraded: the credential signed again, where the check was passed.
    case check(TenantRequest, CheckDraft, by: StaffID, upgraded: CredentialIssued?)

    var target: TenantRequest {
        switch self {
        case .check(let target, _, _, _): target
        }
    }

    /// Whether a status list is another one afterwards.
    var changesStatus: Bool {
        switch self {
        case .check(_, _, _, let upgraded): upgraded != nil
        }
    }
}

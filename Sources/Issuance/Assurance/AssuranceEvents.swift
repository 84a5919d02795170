package import CanonicalJSON
package import Compensation
import ServiceLevels

/// A further check and what follows from it: the entries of the page "A further check", rules 74 to 76.
package enum AssuranceEvent: Hashable, Sendable {
    case checked(AssuranceChecked)
    case upgraded(CredentialUpgraded)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .checked(let content): content
        case .upgraded(let content): content
        }
    }

    /// Reads the event of an entry of that type.
    ///
    /// - Returns: nil when the type is not one of this page.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case AssuranceChecked.type: self = .checked(try AssuranceChecked(&facts, &openings))
        case CredentialUpgraded.type: self = .upgraded(try CredentialUpgraded(&facts, &openings))
        default: return nil
        }
    }

    /// What the sender of the command is told.
    func add(to body: inout JSONObject) {
        guard case .checked(let checked) = self else { return }
        body["result"] = .string(checked.outcome.name)
        body["state"] = .string((checked.outcome == .passed ? UpgradeState.done : .waived).rawValue)
        body["level"] = .string(checked.level.rawValue)
    }
}

/// What somebody of the staff did to be surer.
package enum AssuranceCheck: String, Hashable, Sendable, CaseIterable {
    case identityDocument = "identity-document"
    case inPerson = "in-person"
    case videoCall = "video-call"
    case registerLookup = "register-lookup"
    case issuerRecord = "issuer-record"
}

/// Why a check was not passed.
package enum CheckFailure: String, Hashable, Sendable, CaseIterable {
    case notConfirmed = "not-confirmed"
    case insufficientEvidence = "insufficient-evidence"
    case holderAbsent = "holder-absent"
    /// They do not want it: a waiver.
    case holderDeclined = "holder-declined"
}

/// What a check found.
package enum CheckOutcome: Hashable, Sendable {
    case passed
    case failed(CheckFailure)

    /// As entries and answers say it.
    var name: String { self == .passed ? "passed" : "failed" }

    /// Reads the members `result` and `reason`.
    init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        switch try reader.string("result") {
        case "passed": self = .passed
        case "failed": self = .failed(try reader.choice("reason"))
        default:
            throw JSONShapeError(pointer: reader.pointer(to: "result"), problem: "expected passed or failed")
        }
    }
}

/// Somebody of the staff checked once more whom the credential is about. Rule 75.
package struct AssuranceChecked: EventContent {
    package static let type = "assurance.checked"
    package let by: StaffID
    package let check: AssuranceCheck
    package let level: AssuranceLevel
    package let outcome: CheckOutcome
    /// The SHA-256 of what they saw, in hexadecimal; beside the log.
    package let seen: String
    package let note: String?
    package let idempotency: Idempotency

    init(_ draft: CheckDraft, by: StaffID, level: AssuranceLevel, idempotency: Idempotency) {
        self.by = by
        check = draft.check
        self.level = level
        outcome = draft.outcome
        seen = draft.evidence
        note = draft.note
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        by = try facts.parsed("by") { StaffID($0) }
        check = try facts.choice("check")
        level = try facts.choice("level")
        outcome = try CheckOutcome(&facts)
        seen = try openings.string("seen")
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "by": .string(by.text), "check": .string(check.rawValue), "level": .string(level.rawValue),
            "result": .string(outcome.name),
        ]
        if case .failed(let reason) = outcome { facts["reason"] = .string(reason.rawValue) }
        return facts
    }

    package var openings: JSONObject {
        var openings = noted(note, idempotency)
        openings["seen"] = .string(seen)
        return openings
    }
}

/// The credential was signed again with what a check found, and takes the place of the one before. Rule 76.
package struct CredentialUpgraded: EventContent {
    package static let type = "credential.upgraded"
    /// The entry of the check.
    package let check: Int64
    /// The entry of the credential that is superseded; its revocation bit is set with this one.
    package let former: Int64
    package let level: AssuranceLevel
    package let issued: CredentialIssued

    init(check: Int64, former: Int64, level: AssuranceLevel, issued: CredentialIssued) {
        self.check = check
        self.former = former
        self.level = level
        self.issued = issued
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        check = try facts.integer("check")
        former = try facts.integer("former")
        level = try facts.choice("level")
        guard try facts.string("purpose") == Self.purpose else {
            throw JSONShapeError(pointer: facts.pointer(to: "purpose"), problem: "expected \(Self.purpose)")
        }
        issued = try CredentialIssued(&facts, &openings)
    }

    package var facts: JSONObject {
        var facts = issued.facts
        facts["check"] = .integer(check)
        facts["former"] = .integer(former)
        facts["level"] = .string(level.rawValue)
        facts["purpose"] = .string(Self.purpose)
        return facts
    }

    package var openings: JSONObject { issued.openings }

    /// The status by which the former one is taken back.
    private static let purpose = "revocation"
}

import CanonicalJSON
import Credentials
import Proofs
import Temporal

/// One intake receipt, question by question.
struct ReceiptExamination {
    let verdict: Verdict

    /// - Parameter log: what the bundles beside it prove; nil when none was handed in.
    /// - Parameter absences: what coverage proofs beside it show not to be in the log.
    init(
        _ json: JSONObject, by verifier: Verifier, in log: LogKnowledge? = nil,
        absences: [CoverageExamination.Absence] = []
    ) {
        let statement = Statement(embeddedIn: json, for: .assertionMethod, by: verifier)
        let (receipt, form) = Self.form(of: statement.document ?? json, shown: json)
        var checks = [form, statement.check]
        checks += CredentialExamination.keyChecks(
            statement, naming: receipt?.issuer, loggedAt: log?.logged(json), trusting: verifier.trust)
        if let receipt, statement.document != nil {
            checks.append(Self.dates(of: receipt, at: verifier.trust.instant))
            if let absence = Self.absence(of: receipt, absences) {
                checks.append(absence)
            } else if let log {
                checks += log.checks(receipt: receipt, json)
            }
        } else {
            let reason = receipt == nil ? "it is no receipt" : "no proof holds"
            let names: [Check.Name] = log == nil ? [.dates] : [.dates, .log, .request]
            checks += names.map { .skipped($0, because: reason) }
        }
        verdict = Verdict(.receipt, checks)
    }

    private static func form(of signed: JSONObject, shown: JSONObject) -> (IntakeReceipt?, Check) {
        do {
            var document = signed
            document["proof"] = shown["proof"]
            let receipt = try IntakeReceipt(document)
            if let unknown = receipt.unknownMember {
                return (receipt, Check(.form, .cannotTell, "It says more than this version understands: \(unknown)."))
            }
            return (
                receipt,
                Check(
                    .form, .passed, "The receipt of request \(receipt.request).", facts: receipt.facts)
            )
        } catch {
            return (nil, Check(.form, .failed, "It is not an intake receipt: \(error)."))
        }
    }

    /// What convicts the operator: the log says of itself that a request which it promised to log was not there.
    private static func absence(of receipt: IntakeReceipt, _ absences: [CoverageExamination.Absence]) -> Check? {
        let latest = receipt.acceptedAt + receipt.loggedWithin
        let here = absences.filter {
            $0.request.utf8.elementsEqual(receipt.request.utf8) && $0.origin.utf8.elementsEqual(receipt.log.utf8)
        }
        guard let proven = here.max(by: { $0.time < $1.time }) else { return nil }
        let facts: JSONObject = [
            "size": .string(String(proven.size)), "asOf": .string(proven.time.rfc3339),
            "loggedBy": .string(latest.rfc3339),
        ]
        guard proven.time > latest else {
            return Check(
                .log, .cannotTell,
                "The coverage statement is about \(proven.time.dateTimeStamp), and the log had time until "
                    + "\(latest.dateTimeStamp).", facts: facts)
        }
        return Check(
            .log, .failed,
            "The request was promised to be in the log by \(latest.dateTimeStamp), and the log states that it was not "
                + "among its first \(proven.size) entries \(proven.time.dateTimeStamp). "
                + "Keep both files: they convict it.",
            facts: facts)
    }

    private static func dates(of receipt: IntakeReceipt, at instant: Instant) -> Check {
        let (accepted, due) = (receipt.acceptedAt.dateTimeStamp, receipt.dueAt.dateTimeStamp)
        let facts: JSONObject = [
            "at": .string(instant.rfc3339), "acceptedAt": .string(receipt.acceptedAt.rfc3339),
            "dueAt": .string(receipt.dueAt.rfc3339), "isPastDue": .bool(receipt.dueAt < instant),
        ]
        if receipt.dueAt < receipt.acceptedAt {
            return Check(.dates, .failed, "It is due \(due), before it was accepted \(accepted).", facts: facts)
        }
        if instant < receipt.acceptedAt {
            return Check(
                .dates, .failed, "It says that it was accepted \(accepted), which is yet to come.", facts: facts)
        }
        return Check(.dates, .passed, "Accepted \(accepted), due \(due).", facts: facts)
    }
}

extension IntakeReceipt {
    fileprivate var facts: JSONObject {
        [
            "request": .string(request), "tenant": .string(tenant), "log": .string(log),
            "objective": .string(objective), "serviceLevel": .string(serviceLevel),
            "compensation": .string(compensation), "credentialDigest": .string(credentialDigest),
        ]
    }
}

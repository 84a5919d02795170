import CanonicalJSON
import TransparencyLog

/// What a bundle proves, question by question: each is put only when the one before holds, because entries are believed
/// for the checkpoint's sake, and openings for the entries'.
struct BundleProof {
    /// What the bundle proves about its request; nil when it does not hold, or is not known to.
    let request: ProvenRequest?
    /// What the entries about the service, each proven, say about keys.
    let keys: KeyHistory
    /// Whether the log is to be believed about documents beside the bundle too: not when the verifier's policy asks for
    /// witnesses that are missing.
    let isBelieved: Bool
    let checks: [Check]
    let story: [StoryEvent]

    init(_ json: JSONObject, trusting trust: Trust) {
        let bundle: AuditBundle
        let form: Check
        do {
            (bundle, form) = try Self.form(of: json)
        } catch {
            checks = [error.check] + Self.skip(Self.questions, "it is no bundle")
            (request, keys, story, isBelieved) = (nil, KeyHistory([]), [], false)
            return
        }
        let (checkpoint, checkpointCheck) = CheckpointQuestion.answer(bundle, trusting: trust)
        guard let checkpoint else {
            checks = [form, checkpointCheck] + Self.skip(Array(Self.questions.dropFirst()), "no checkpoint is proven")
            (request, keys, story, isBelieved) = (nil, KeyHistory([]), [], false)
            return
        }
        let quorum = QuorumQuestion.check(checkpoint, trusting: trust)
        let (entries, entriesCheck) = EntriesQuestion.answer(bundle, in: checkpoint)
        var checks = [form, checkpointCheck, quorum, entriesCheck]
        guard let entries else {
            self.checks = checks + Self.skip(Array(Self.questions.dropFirst(3)), "no entry is proven")
            (request, keys, story, isBelieved) = (nil, KeyHistory([]), [], false)
            return
        }
        let complete = CompletenessQuestion(bundle.index, entries, in: checkpoint)
        guard complete.check.outcome != .failed else {
            // Of a story with a piece cut off nothing is believed, also not about documents beside the bundle.
            self.checks = checks + [complete.check] + Self.skip(Array(Self.questions.dropFirst(4)), "it is not all")
            (request, keys, story, isBelieved) = (nil, KeyHistory([]), [], false)
            return
        }
        let when = TimeQuestion(bundle.stamped, in: checkpoint, trusting: trust).check(entries.timeline.events)
        let (openings, openingsCheck) = OpeningsQuestion.answer(bundle.openings, entries.timeline)
        let proven = ProvenRequest(timeline: entries.timeline, openings: openings)
        let story = Story(of: proven, entries.service)
        checks += [complete.check, when, story.check, PaymentQuestion.check(entries.timeline.events), openingsCheck]
        request = proven
        isBelieved = [.passed, .notApplicable].contains(quorum.outcome)
        keys = KeyHistory(entries.service, complete: complete.issuer)
        (self.checks, self.story) = (checks, story.events)
    }

    /// Those behind `form`, in their order.
    private static let questions: [Check.Name] = [
        .checkpoint, .quorum, .entries, .complete, .when, .story, .paid, .openings,
    ]

    /// The bundle with the documents in it, each verified like one that was handed in by itself.
    func verdict(by verifier: Verifier) -> Verdict {
        Verdict(.bundle, checks, story: story, parts: request.map { Self.parts(of: $0, by: verifier) } ?? [])
    }

    private static func skip(_ names: [Check.Name], _ reason: String) -> [Check] {
        names.map { .skipped($0, because: reason) }
    }

    private struct Refusal: Error { let check: Check }

    private static func form(of json: JSONObject) throws(Refusal) -> (AuditBundle, Check) {
        if let version = json["version"]?.integerValue, version != AuditBundle.version {
            let sentence =
                "It is an audit bundle of version \(version); here only version \(AuditBundle.version) is known."
            throw Refusal(check: Check(.form, .cannotTell, sentence, need: .newerBundle))
        }
        do {
            let bundle = try AuditBundle(json)
            let (entries, openings) = (bundle.entries.count, bundle.openings.count)
            return (
                bundle,
                Check(
                    .form, .passed, "An audit bundle of \(entries) entries and \(openings) openings.",
                    facts: ["entries": .integer(Int64(entries)), "openings": .integer(Int64(openings))])
            )
        } catch {
            throw Refusal(check: Check(.form, .failed, "It is not an audit bundle: \(error)."))
        }
    }

    private static func parts(of request: ProvenRequest, by verifier: Verifier) -> [Verdict] {
        let log = LogKnowledge(requests: [request])
        let receipt = request.value(of: "receipt", in: request.accepted).map { json in
            ReceiptExamination(json.objectValue ?? [:], by: verifier, in: log).verdict
        }
        // The one before was superseded, which the story says; what the bundle is for is the one that counts.
        let credentials = request.credentials.suffix(1).compactMap { entry in
            request.value(of: "credential", in: entry).map { json in
                verifier.examine(json, as: .credential, in: log)
            }
        }
        return (receipt.map { [$0] } ?? []) + credentials
    }
}

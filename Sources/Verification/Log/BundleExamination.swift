import CanonicalJSON
import Cryptography
import Multiformats
import Temporal
import TransparencyLog

/// What a bundle proves, question by question: each is put only when the one before holds, because entries are believed
/// for the checkpoint's sake, and openings for the entries'.
struct BundleProof {
    /// What the bundle proves about its request; nil when it does not hold, or is not known to.
    let request: ProvenRequest?
    /// Entries about the service, each proven.
    let serviceEntries: [LogEntry]
    let checks: [Check]
    let story: [StoryEvent]

    init(_ json: JSONObject, trusting trust: Trust) {
        let bundle: AuditBundle
        let form: Check
        do {
            (bundle, form) = try Self.form(of: json)
        } catch {
            checks = [error.check] + Self.skip([.checkpoint, .entries, .story, .openings], "it is no bundle")
            (request, serviceEntries, story) = (nil, [], [])
            return
        }
        let (checkpoint, checkpointCheck) = Self.verify(bundle, trusting: trust)
        let (timeline, serviceEntries, entriesCheck) = Self.entries(of: bundle, in: checkpoint)
        var checks = [form, checkpointCheck, entriesCheck]
        guard let timeline else {
            self.checks = checks + Self.skip([.story, .openings], "no entry is proven")
            (request, self.serviceEntries, story) = (nil, [], [])
            return
        }
        let (openings, openingsCheck) = Self.openings(of: bundle, in: timeline)
        let proven = ProvenRequest(timeline: timeline, openings: openings)
        let story = Story(of: proven, serviceEntries)
        checks += [story.check, openingsCheck]
        (request, self.serviceEntries) = (proven, serviceEntries)
        (self.checks, self.story) = (checks, story.events)
    }

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
            throw Refusal(check: Check(.form, .cannotTell, sentence))
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
}

extension BundleProof {
    private static func verify(_ bundle: AuditBundle, trusting trust: Trust) -> (VerifiedCheckpoint?, Check) {
        let claimed = bundle.checkpoint
        let facts: JSONObject = [
            "origin": .string(claimed.origin), "size": .string(String(claimed.head.size)),
            "root": .string(Base64.encode(claimed.head.root.bytes)),
        ]
        guard !trust.logKeys.isEmpty else {
            return (
                nil,
                Check(
                    .checkpoint, .cannotTell,
                    """
                    The verifier key of the log is missing, and must come from elsewhere than this file. The \
                    checkpoint says that it is of the log \(claimed.origin).
                    """, facts: facts, need: .logKey)
            )
        }
        // Without a stated origin a key vouches for the log of its own name only.
        let named = trust.logKeys.filter { $0.name.text.utf8.elementsEqual(claimed.origin.utf8) }
        let keys = trust.logOrigin == nil && !named.isEmpty ? named : trust.logKeys
        do {
            let checkpoint = try VerifiedCheckpoint(
                bundle.note, origin: trust.logOrigin ?? keys[0].name.text, logKeys: keys)
            let size = checkpoint.head.size
            return (
                checkpoint,
                Check(
                    .checkpoint, .passed, "Signed by the log \(claimed.origin), when it had \(size) entries.",
                    facts: facts)
            )
        } catch {
            return (nil, Check(.checkpoint, .failed, "It does not hold: \(error).", facts: facts))
        }
    }

    private static func entries(
        of bundle: AuditBundle, in checkpoint: VerifiedCheckpoint?
    ) -> (RequestTimeline?, service: [LogEntry], Check) {
        func refusal(_ sentence: String) -> (RequestTimeline?, [LogEntry], Check) {
            (nil, [], Check(.entries, .failed, sentence))
        }
        guard let checkpoint else { return (nil, [], .skipped(.entries, because: "no checkpoint is proven")) }
        // What cannot be read is left with the others, which refuse it.
        let isOfService = bundle.entries.map { entry in
            (try? LogEntry(parsing: entry.evidence.entry)).map { $0.request == nil } ?? false
        }
        let requestEntries = zip(bundle.entries, isOfService).filter { !$0.1 }.map(\.0)
        let timeline: RequestTimeline
        do {
            timeline = try RequestTimeline(verifying: requestEntries.map(\.evidence), in: checkpoint)
        } catch {
            return refusal("They do not hold; in the order of the bundle, from 0, \(error).")
        }
        var service: [LogEntry] = []
        let serviceEntries = zip(bundle.entries, isOfService).filter(\.1).map(\.0)
        for shown in serviceEntries {
            do throws(TransparencyLogError) {
                service.append(try Self.prove(shown.evidence, in: checkpoint))
            } catch {
                return refusal("Entry \(shown.seq) is not proven to be in the log: \(error).")
            }
        }
        for (filed, entry) in zip(requestEntries + serviceEntries, timeline.events + service)
        where filed.seq != entry.seq {
            return refusal("Entry \(entry.seq) of the log is filed as entry \(filed.seq).")
        }
        let last = timeline.events.last?.seq ?? 0
        var facts: JSONObject = ["entries": .array(timeline.events.map { .integer(Int64($0.seq)) })]
        var sentence = "All \(timeline.events.count) are in the log, without a gap, up to entry \(last)."
        if !service.isEmpty {
            facts["serviceEntries"] = .array(service.map { .integer(Int64($0.seq)) })
            sentence += " \(service.count) more are in the log, about the service."
        }
        return (timeline, service, Check(.entries, .passed, sentence, facts: facts))
    }

    private static func prove(
        _ shown: RequestTimeline.Evidence, in checkpoint: VerifiedCheckpoint
    ) throws(TransparencyLogError) -> LogEntry {
        let entry = try LogEntry(parsing: shown.entry)
        try MerkleTree.verifyInclusion(of: entry.leafHash, at: entry.seq, in: checkpoint.head, proof: shown.proof)
        guard entry.origin.utf8.elementsEqual(checkpoint.checkpoint.origin.utf8) else {
            throw .malformed(.entry, problem: "it is of another log, \(entry.origin)")
        }
        return entry
    }
}

extension BundleProof {
    /// Open, not shown and failed are three different things: only the last is a fault.
    private static func openings(
        of bundle: AuditBundle, in timeline: RequestTimeline
    ) -> ([UInt64: JSONObject], Check) {
        let entries = Dictionary(timeline.events.map { ($0.seq, $0) }, uniquingKeysWith: { first, _ in first })
        var open: [UInt64: JSONObject] = [:]
        var failed: [String] = []
        for shown in bundle.openings {
            let field = shown.opening.field
            guard let commitment = entries[shown.seq]?.cm[field] else {
                failed.append("\(shown.place) opens what entry \(shown.seq) does not commit to")
                continue
            }
            do {
                try commitment.verify(shown.opening)
                open[shown.seq, default: [:]][field] = shown.value
            } catch {
                failed.append("\(shown.place) is not what entry \(shown.seq) commits to")
            }
        }
        let hidden = timeline.events.flatMap { entry in
            entry.cm.keys.sorted().filter { open[entry.seq]?[$0] == nil }.map { Self.place(entry.seq, $0) }
        }
        let opened = timeline.events.flatMap { entry in (open[entry.seq]?.keys ?? []).map { Self.place(entry.seq, $0) }
        }
        let facts: JSONObject = [
            "open": .array(opened), "notShown": .array(hidden), "failed": .array(failed.map(JSON.string)),
        ]
        guard failed.isEmpty else {
            return (open, Check(.openings, .failed, failed.joined(separator: "; ") + ".", facts: facts))
        }
        let sentence = "\(opened.count) open and match what the log commits to; \(hidden.count) are not shown."
        return (open, Check(.openings, .passed, sentence, facts: facts))
    }

    private static func place(_ seq: UInt64, _ field: String) -> JSON {
        ["entry": .integer(Int64(seq)), "field": .string(field)]
    }

    private static func parts(of request: ProvenRequest, by verifier: Verifier) -> [Verdict] {
        let log = LogKnowledge(requests: [request])
        let receipt = request.value(of: "receipt", in: request.accepted).map { json in
            ReceiptExamination(json.objectValue ?? [:], by: verifier, in: log).verdict
        }
        let credentials = request.entries(ofType: .credentialIssued).compactMap { entry in
            request.value(of: "credential", in: entry).map { json in
                verifier.examine(json, as: .credential, in: log)
            }
        }
        return (receipt.map { [$0] } ?? []) + credentials
    }
}

import CanonicalJSON
import Cryptography
import TransparencyLog

/// Persons to be erased at once, as one institution names them.
package struct Erasure: Sendable {
    let tenant: TenantID
    let holders: [String]
    /// The name of an institution's command; nil for the operator's.
    let idempotency: Idempotency?
    /// 32 random bytes: the key of the institution's own commitments, used if it has none yet.
    let subjectKey: [UInt8]
    /// 32 random bytes, from which the order of the entries follows: it must not say whose they are.
    let order: [UInt8]
}

/// The decision that a person may be erased.
extension Situation {
    /// The most requests that one command erases: their rows are held in memory, and nobody else is served meanwhile.
    static let maximumErasedRequests = 65_536

    /// One event for each request of the subjects, in an order that follows from chance alone; nothing when there is
    /// none.
    ///
    /// - Throws: `Refusal.openRequests` while a promise to one of them runs.
    func erase(_ erasure: Erasure) throws -> Decision {
        var requests: [RequestRecord] = []
        for (position, holder) in erasure.holders.enumerated() {
            let found = try self.requests(of: holder, at: erasure.tenant)
            let open = found.filter { $0.stoppedAt == nil }
            guard open.isEmpty else { throw Refusal.openRequests(open.map(\.id), at: "/holders/\(position)") }
            let waiting = try found.filter { record in
                try RequestID(record.id).map { try claims(of: $0).contains { $0.state.isOpen } } ?? false
            }
            guard waiting.isEmpty else { throw Refusal.openRequests(waiting.map(\.id), at: "/holders/\(position)") }
            let known = Set(requests.map(\.id))
            requests += found.filter { !known.contains($0.id) }
        }
        try requireSettledRefunds(of: requests)
        try requireAssessedPromises(of: requests)
        guard requests.count <= Self.maximumErasedRequests else {
            throw Refusal(
                .invalidRequest, "They have more than \(Self.maximumErasedRequests) requests; erase fewer at a time.")
        }
        var decision = try settleBeforeErasing(requests)
        let institution = try state.record(SubjectRecord.self, .text(erasure.tenant.text), .text(""))
        let names = ErasedNames(institution?.key32 ?? erasure.subjectKey)
        let ranked = requests.map { (HMACSHA256.authenticate(key: erasure.order, Array($0.id.utf8)).bytes, $0) }
        let shuffled = ranked.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
        try eraseWallets(of: erasure, names, in: &decision)
        decision.events += try shuffled.enumerated().map { position, record in
            let command = position == 0 ? erasure.idempotency : nil
            return LogEvent(
                .subjectErased(
                    SubjectErased(
                        status: try status(of: record, record.id, in: record.issuedSeq),
                        upgraded: try status(
                            of: record, StatusRecord.upgraded(record.id), in: upgradedSeq(of: record)),
                        answers: try answers(of: record, names),
                        command: command.map {
                            .init(name: names.name(of: $0.key), asked: ErasedNames.asked($0))
                        })),
                of: RequestID(record.id))
        }
        return decision
    }

    /// Every request of a holder; of one that has too many, one more than may be.
    func requests(of holder: String, at tenant: TenantID) throws -> [RequestRecord] {
        try state.records(
            Scan(
                RequestRecord.self, index: "request_by_holder", equals: [.text(tenant.text), .text(holder)],
                limit: Self.maximumErasedRequests + 1))
    }

    /// Where the credential stands, with the salt of the commitment to it.
    private func status(of record: RequestRecord, _ name: String, in seq: Int64?) throws -> SubjectErased.Status? {
        guard let seq else { return nil }
        let scan = Scan(StatusRecord.self, index: "status_by_request", equals: [.text(name)], limit: 1)
        guard let row = try state.records(scan).first,
            let subject = try state.record(SubjectRecord.self, .text(record.tenant), .text(record.holder))
        else { throw StoreError.corrupt("request \(record.id) has a credential without a place or a key") }
        let place = StatusPlace(list: row.list, index: row.index)
        let opening = try SubjectKey(subject.key32).opening(
            field: "status", value: place.json.canonicalBytes, seq: UInt64(seq))
        return SubjectErased.Status(place: place, salt: opening.salt)
    }

    private func upgradedSeq(of record: RequestRecord) throws -> Int64? {
        try state.record(UpgradeRecord.self, .text(record.id))?.upgradedSeq
    }

    /// The names of all idempotency keys under which something was asked about a request.
    private func answers(of record: RequestRecord, _ names: ErasedNames) throws -> [[UInt8]] {
        var answers: [[UInt8]] = []
        try state.forEachEntry(of: record.id) { seq in
            guard let key = try storedOpenings(seq, in: state)["idempotency"]?["key"]?.stringValue else { return }
            answers.append(names.name(of: key))
        }
        try state.forEachRefusal(of: record.id) { answers.append(names.name(of: $0.key)) }
        return answers
    }
}

extension StoreReader {
    /// Calls `body` with the sequence number of each entry of a request.
    func forEachEntry(of request: String, _ body: (Int64) throws -> Void) throws {
        var scan = Scan(EntryRecord.self, index: "entry_by_request", equals: [.text(request)], limit: 256)
        while true {
            let page = try records(scan)
            for entry in page { try body(entry.seq) }
            guard page.count == scan.limit, let last = page.last else { return }
            scan.above = [.integer(last.seq)]
        }
    }

    /// Calls `body` with each refusal that was kept of a command about a request.
    func forEachRefusal(of request: String, _ body: (AnswerRecord) throws -> Void) throws {
        var scan = Scan(AnswerRecord.self, index: "answer_by_request", equals: [.text(request)], limit: 256)
        while true {
            let page = try records(scan)
            for answer in page { try body(answer) }
            guard page.count == scan.limit, let last = page.last else { return }
            scan.above = [.text(last.tenant), .text(last.key)]
        }
    }
}

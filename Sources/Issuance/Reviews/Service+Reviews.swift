package import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TransparencyLog

/// The monthly review: made by itself when a month is over, and read by everybody.
extension Service {
    /// Publishes the review of every month that is over and has none yet (rule 73). Reads the whole log once for each.
    package func publishReviews() throws {
        while let month = try nextReview() {
            guard committer.logTime(now()) >= month.range.upperBound else { return }
            let review = try store.read { try $0.review(of: month) }
            guard let result = sequencer.performAll([.publishReview(review)]).first else { return }
            _ = try result.get()
        }
    }

    private func nextReview() throws -> ReviewMonth? {
        let directory = directory
        return try store.read { try $0.nextReview(directory) }
    }

    /// Every review, newest last.
    package func reviewList() throws -> JSONObject {
        try store.read { reader in
            var list: [JSON] = []
            try reader.forEach(ReviewRecord.self) { row in
                list.append([
                    "month": .string(row.month), "size": .integer(row.size), "hash": .string(row.hash),
                    "entry": .integer(row.seq),
                ])
            }
            return ["reviews": .array(list)]
        }
    }

    /// The review of a month with a signed note of the log's keys.
    ///
    /// - Throws: `Refusal.unknownReview` when there is none.
    package func signedReview(of month: String) throws -> JSONObject {
        let review = try store.read { reader in
            guard let row = try reader.record(ReviewRecord.self, .text(month)),
                let event = try storedEvent(row.seq, in: reader), case .reviewPublished(let published) = event.event
            else { throw Refusal.unknownReview }
            return published.review
        }
        let signers = try committer.signers.signers(of: directory.logKeys)
        let note = try SignedNote(signing: review.noteText(origin: origin), by: signers)
        return ["review": review.document, "note": .string(String(decoding: note.bytes, as: UTF8.self))]
    }
}

extension StoreReader {
    /// The fold of all entries before the end of a month.
    package func review(of month: ReviewMonth) throws -> MonthlyReview {
        var fold = ReviewFold(of: month)
        var scan = Scan(EntryRecord.self, limit: 256)
        while true {
            let page = try records(scan)
            for record in page where try !fold.read(LogEntry(parsing: record.body)) { return fold.finish() }
            guard page.count == scan.limit, let last = page.last else { return fold.finish() }
            scan.above = [.integer(last.seq)]
        }
    }

    /// The month whose review comes next; nil while no document says that there are any.
    func nextReview(_ directory: Directory) throws -> ReviewMonth? {
        let last = try records(Scan(ReviewRecord.self, isDescending: true, limit: 1)).first
        if let last { return ReviewMonth(last.month)?.next }
        return directory.policies.firstReview.flatMap { ReviewMonth(of: $0.effectiveAt) }
    }
}

extension Situation {
    /// Takes a review that was made outside, if nothing came into its month meanwhile.
    func publish(_ review: MonthlyReview) throws -> Decision {
        let end = review.month.range.upperBound
        guard try state.nextReview(directory) == review.month, now >= end else {
            throw Refusal(.wrongState, "It is not the turn of the review of \(review.month).")
        }
        let next = try timedEntry(review.size)
        guard review.size <= nextSeq, next.map({ $0 >= end }) ?? true else {
            throw Refusal(.busy, "Entries came into \(review.month) meanwhile; it is made again.")
        }
        return Decision([LogEvent(.reviewPublished(ReviewPublished(review)))])
    }

    private func timedEntry(_ seq: Int64) throws -> Instant? {
        try state.record(EntryRecord.self, .integer(seq)).map { try LogEntry(parsing: $0.body).t }
    }
}

extension Refusal {
    package static let unknownReview = Refusal(
        .unknownEntry, "There is no review of that month; see /reviews for those that there are.")
}

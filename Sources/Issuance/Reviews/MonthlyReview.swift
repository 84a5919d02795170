package import CanonicalJSON
package import ServiceLevels
import TransparencyLog

/// What is published of a month: rules 71 to 73 of the page "Surveys and the monthly review".
package struct MonthlyReview: Hashable, Sendable {
    package let month: ReviewMonth
    /// Of how many entries it is a fold.
    package let size: Int64
    package let document: JSON

    /// The identity of the document.
    package var hash: PolicyHash { PolicyHash(ofCanonical: document.canonicalBytes) }

    init(month: ReviewMonth, size: Int64, document: JSON) {
        self.month = month
        self.size = size
        self.document = document
    }

    /// Reads a document that says of which month and how many entries it is; what else it says is not looked at.
    package init?(_ document: JSON) {
        guard let month = document["month"]?.stringValue.flatMap({ ReviewMonth($0) }),
            let size = document["size"]?.integerValue
        else { return nil }
        self.init(month: month, size: size, document: document)
    }

    /// What a signature under it is made over.
    package func noteText(origin: String) -> String {
        "punctual review v1\n\(origin)\n\(month)\n\(size)\n\(hash.text)\n"
    }
}

/// The review of a month stands in the log.
package struct ReviewPublished: EventContent {
    package static let type = "review.published"
    package let review: MonthlyReview

    init(_ review: MonthlyReview) { self.review = review }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        let place = facts.pointer(to: "document")
        guard let review = MonthlyReview(try facts.value("document")) else {
            throw JSONShapeError(pointer: place, problem: "not a review of a month")
        }
        self.review = review
        let (month, size) = (review.month.description, review.size)
        let hash = review.hash
        _ = try facts.parsed("month") { $0 == month ? month : nil }
        _ = try facts.parsed("hash") { PolicyHash($0) == hash ? hash : nil }
        guard try facts.integer("size") == size else {
            throw JSONShapeError(pointer: facts.pointer(to: "size"), problem: "not that of the document")
        }
    }

    package var facts: JSONObject {
        var facts = summary
        facts["document"] = review.document
        return facts
    }

    /// Which month, of how many entries, and the hash.
    var summary: JSONObject {
        [
            "month": .string(review.month.description), "size": .integer(review.size),
            "hash": .string(review.hash.text),
        ]
    }
}

/// The review of one month, and where it stands.
package struct ReviewRecord: Record {
    package var month: String
    package var size: Int64
    package var hash: String
    package var seq: Int64

    package static let table = Table(
        "review", key: [.text("month")], [.integer("size"), .text("hash"), .integer("seq")], isAppendOnly: true)

    package var values: [ColumnValue] { [.text(month), .integer(size), .text(hash), .integer(seq)] }

    package init(row: inout RowReader) throws(StoreError) {
        month = try row.text()
        size = try row.integer()
        hash = try row.text()
        seq = try row.integer()
    }

    init(_ event: ReviewPublished, seq: Int64) {
        month = event.review.month.description
        size = event.review.size
        hash = event.review.hash.text
        self.seq = seq
    }
}

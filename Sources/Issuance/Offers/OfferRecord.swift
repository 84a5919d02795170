import Compensation

/// Where one offer stands.
package struct OfferRecord: Record {
    /// The text of its identifier: that of the request, a full stop, a number.
    package var id: String
    package var request: String
    package var number: Int64
    package var tenant: String
    package var by: String
    package var benefit: Int64
    package var benefitType: String
    package var unit: String
    package var minor: Int64
    package var reason: String
    package var channel: String
    package var state: OfferState
    package var madeAt: Int64
    package var seq: Int64

    package static let table = Table(
        "offer", key: [.text("id")],
        [
            .text("request"), .integer("number"), .text("tenant"), .text("by_staff"), .integer("benefit"),
            .text("benefit_type"), .text("unit"), .integer("minor"), .text("reason"), .text("channel"),
            .text("state"), .integer("made_at"), .integer("seq"),
        ],
        indexes: [
            .init("offer_by_request", ["request", "number"]), .init("offer_by_staff", ["by_staff", "made_at"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(id), .text(request), .integer(number), .text(tenant), .text(by), .integer(benefit),
            .text(benefitType), .text(unit), .integer(minor), .text(reason), .text(channel), .text(state.rawValue),
            .integer(madeAt), .integer(seq),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        id = try row.text()
        request = try row.text()
        number = try row.integer()
        tenant = try row.text()
        by = try row.text()
        benefit = try row.integer()
        benefitType = try row.text()
        unit = try row.text()
        minor = try row.integer()
        reason = try row.text()
        channel = try row.text()
        state = try row.choice()
        madeAt = try row.integer()
        seq = try row.integer()
    }

    init(_ event: OfferMade, of request: RequestRecord, at madeAt: Int64, seq: Int64) {
        id = "\(request.id).\(event.offer)"
        self.request = request.id
        number = event.offer
        tenant = request.tenant
        by = event.by.text
        benefit = event.benefit
        benefitType = event.grant.type.rawValue
        unit = event.grant.amount.unit.rawValue
        minor = event.grant.amount.minor
        reason = event.reason.rawValue
        channel = event.channel.rawValue
        state = .open
        self.madeAt = madeAt
        self.seq = seq
    }

    /// What is offered.
    var grant: GivenAmount? { GivenAmount(type: benefitType, unit: unit, minor: minor) }
}

/// One payment: what a tier of a policy gave for a broken promise. Its key is its identity, once for ever.
package struct PaymentRecord: Record {
    package var claimKey: String
    package var request: String
    package var tenant: String
    package var holder: String
    package var tier: Int64
    package var benefit: Int64
    package var benefitType: String
    package var unit: String
    package var minor: Int64
    package var at: Int64
    package var seq: Int64

    package static let table = Table(
        "payment", key: [.text("claim_key")],
        [
            .text("request"), .text("tenant"), .text("holder"), .integer("tier"), .integer("benefit"),
            .text("benefit_type"), .text("unit"), .integer("minor"), .integer("at"), .integer("seq"),
        ],
        indexes: [
            .init("payment_by_request", ["request", "seq"]),
            .init("payment_by_holder", ["tenant", "holder", "seq"]),
        ])

    package var values: [ColumnValue] {
        [
            .text(claimKey), .text(request), .text(tenant), .text(holder), .integer(tier), .integer(benefit),
            .text(benefitType), .text(unit), .integer(minor), .integer(at), .integer(seq),
        ]
    }

    package init(row: inout RowReader) throws(StoreError) {
        claimKey = try row.text()
        request = try row.text()
        tenant = try row.text()
        holder = try row.text()
        tier = try row.integer()
        benefit = try row.integer()
        benefitType = try row.text()
        unit = try row.text()
        minor = try row.integer()
        at = try row.integer()
        seq = try row.integer()
    }

    init(_ event: CompensationPosted, of request: RequestRecord, at: Int64, seq: Int64) {
        claimKey = event.claimKey
        self.request = request.id
        tenant = request.tenant
        holder = request.holder
        tier = event.tier
        benefit = event.benefit
        benefitType = event.benefitType
        unit = event.unit
        minor = event.minor
        self.at = at
        self.seq = seq
    }
}

/// One line of a double-entry transaction: debits positive, credits negative, each transaction sums to zero per unit.
package struct JournalLineRecord: Record {
    package var transaction: String
    package var line: Int64
    package var account: String
    package var unit: String
    package var minor: Int64
    package var seq: Int64

    package static let table = Table(
        "journal", key: [.text("tx"), .integer("line")],
        [.text("account"), .text("unit"), .integer("minor"), .integer("seq")],
        indexes: [.init("journal_by_account", ["account", "seq"])], isAppendOnly: true)

    package init(transaction: String, line: Int64, account: String, unit: String, minor: Int64, seq: Int64) {
        self.transaction = transaction
        self.line = line
        self.account = account
        self.unit = unit
        self.minor = minor
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            transaction: try row.text(), line: try row.integer(), account: try row.text(), unit: try row.text(),
            minor: try row.integer(), seq: try row.integer())
    }

    package var values: [ColumnValue] {
        [.text(transaction), .integer(line), .text(account), .text(unit), .integer(minor), .integer(seq)]
    }
}

/// Credits of one payment in a holder's wallet, valid `[from, until)`.
package struct LotRecord: Record {
    package var claimKey: String
    package var tenant: String
    package var holder: String
    package var unit: String
    package var granted: Int64
    package var left: Int64
    package var from: Int64
    package var until: Int64

    package static let table = Table(
        "lot", key: [.text("claim_key")],
        [
            .text("tenant"), .text("holder"), .text("unit"), .integer("granted"), .integer("remaining"),
            .integer("starts"), .integer("ends"),
        ],
        indexes: [.init("lot_by_holder", ["tenant", "holder", "ends"]), .init("lot_by_end", ["ends"])])

    package init(
        claimKey: String, tenant: String, holder: String, unit: String, granted: Int64, left: Int64, from: Int64,
        until: Int64
    ) {
        self.claimKey = claimKey
        self.tenant = tenant
        self.holder = holder
        self.unit = unit
        self.granted = granted
        self.left = left
        self.from = from
        self.until = until
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            claimKey: try row.text(), tenant: try row.text(), holder: try row.text(), unit: try row.text(),
            granted: try row.integer(), left: try row.integer(), from: try row.integer(), until: try row.integer())
    }

    package var values: [ColumnValue] {
        [
            .text(claimKey), .text(tenant), .text(holder), .text(unit), .integer(granted), .integer(left),
            .integer(from), .integer(until),
        ]
    }
}

/// A window of premium access, `[from, until)`, laid at the end of the holder's access.
package struct PremiumRecord: Record {
    package var claimKey: String
    package var tenant: String
    package var holder: String
    package var from: Int64
    package var until: Int64

    package static let table = Table(
        "premium", key: [.text("claim_key")],
        [.text("tenant"), .text("holder"), .integer("starts"), .integer("ends")],
        indexes: [.init("premium_by_holder", ["tenant", "holder", "ends"])])

    package init(claimKey: String, tenant: String, holder: String, from: Int64, until: Int64) {
        self.claimKey = claimKey
        self.tenant = tenant
        self.holder = holder
        self.from = from
        self.until = until
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            claimKey: try row.text(), tenant: try row.text(), holder: try row.text(), from: try row.integer(),
            until: try row.integer())
    }

    package var values: [ColumnValue] {
        [.text(claimKey), .text(tenant), .text(holder), .integer(from), .integer(until)]
    }
}

/// A notice waiting in the outbox for its person: that a promise was broken, or what was given for it.
package struct NoticeRecord: Record {
    package var seq: Int64
    package var tenant: String
    package var holder: String
    package var request: String
    package var notice: String
    /// The entry that it tells of.
    package var about: Int64
    package var at: Int64

    package static let table = Table(
        "outbox", key: [.integer("seq")],
        [
            .text("tenant"), .text("holder"), .text("request"), .text("notice"), .integer("about"),
            .integer("at"),
        ],
        indexes: [
            .init("outbox_by_holder", ["tenant", "holder", "seq"]), .init("outbox_by_request", ["request"]),
        ])

    package init(
        seq: Int64, tenant: String, holder: String, request: String, notice: String, about: Int64, at: Int64
    ) {
        self.seq = seq
        self.tenant = tenant
        self.holder = holder
        self.request = request
        self.notice = notice
        self.about = about
        self.at = at
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(
            seq: try row.integer(), tenant: try row.text(), holder: try row.text(), request: try row.text(),
            notice: try row.text(), about: try row.integer(), at: try row.integer())
    }

    package var values: [ColumnValue] {
        [
            .integer(seq), .text(tenant), .text(holder), .text(request), .text(notice), .integer(about),
            .integer(at),
        ]
    }
}

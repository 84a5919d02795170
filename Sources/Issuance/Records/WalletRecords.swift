/// Credits that are held: by whom, until when, and from which lots.
package struct ReservationRecord: Record {
    /// The number of its entry, which is its name.
    package var seq: Int64
    package var tenant: String
    /// Empty when they were erased.
    package var holder: String
    package var unit: String
    package var minor: Int64
    package var until: Int64
    /// The canonical form of what `lots` opens to.
    package var lots: [UInt8]
    package var state: State
    /// `until` while it is live, empty afterwards.
    package var liveUntil: Int64?

    /// What became of it.
    package enum State: String, Hashable, Sendable { case live, confirmed, released }

    package static let table = Table(
        "reservation", key: [.integer("seq")],
        [
            .text("tenant"), .text("holder"), .text("unit"), .integer("minor"), .integer("until"), .blob("lots"),
            .text("state"), .integer("live_until").optional,
        ],
        indexes: [
            .init("reservation_by_holder", ["tenant", "holder", "live_until"]),
            .init("reservation_live", ["live_until"]),
        ])

    package init(
        seq: Int64, tenant: String, holder: String, unit: String, minor: Int64, until: Int64, lots: [UInt8],
        state: State = .live
    ) {
        self.seq = seq
        self.tenant = tenant
        self.holder = holder
        self.unit = unit
        self.minor = minor
        self.until = until
        self.lots = lots
        self.state = state
        liveUntil = state == .live ? until : nil
    }

    package init(row: inout RowReader) throws(StoreError) {
        seq = try row.integer()
        tenant = try row.text()
        holder = try row.text()
        unit = try row.text()
        minor = try row.integer()
        until = try row.integer()
        lots = try row.blob()
        state = try row.choice()
        liveUntil = try row.optionalInteger()
    }

    package var values: [ColumnValue] {
        [
            .integer(seq), .text(tenant), .text(holder), .text(unit), .integer(minor), .integer(until), .blob(lots),
            .text(state.rawValue), .optional(liveUntil),
        ]
    }
}

/// That an entry about no request commits to something of a holder: for reading what happened to their wallet, and for
/// erasing it.
package struct HolderEntryRecord: Record {
    package var tenant: String
    package var holder: String
    package var seq: Int64

    package static let table = Table(
        "holder_entry", key: [.text("tenant"), .text("holder"), .integer("seq")],
        indexes: [.init("holder_entry_by_seq", ["seq"])])

    package init(tenant: String, holder: String, seq: Int64) {
        self.tenant = tenant
        self.holder = holder
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(tenant: try row.text(), holder: try row.text(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.text(tenant), .text(holder), .integer(seq)] }
}

/// That what an entry about no request commits to was destroyed, and by which entry.
package struct ErasedEntryRecord: Record {
    package var entry: Int64
    /// The `wallet.erased`.
    package var seq: Int64

    package static let table = Table(
        "erased_entry", key: [.integer("entry")], [.integer("seq")], isAppendOnly: true)

    package init(entry: Int64, seq: Int64) {
        self.entry = entry
        self.seq = seq
    }

    package init(row: inout RowReader) throws(StoreError) {
        self.init(entry: try row.integer(), seq: try row.integer())
    }

    package var values: [ColumnValue] { [.integer(entry), .integer(seq)] }
}

extension Tables {
    /// What wallets and coupons add.
    static let walletChanges: [Table.Change] =
        [
            .create(ReservationRecord.table), .create(HolderEntryRecord.table), .create(ErasedEntryRecord.table),
            .addIndex(.init("lot_by_end", ["ends"]), to: "lot"),
        ] + couponChanges
}

/// The mark of a move of all rows from one store to another: at most one row in each. It is not moved itself, says
/// nothing about the log, and keeps the two from being served both.
package struct MoveRecord: Record {
    /// The raw values are stable.
    package enum State: String, Hashable, Sendable {
        /// Rows are being written here, and there may be more to come.
        case arriving
        /// All of them are here.
        case arrived
        /// They are elsewhere now, for good.
        case departed
    }

    package var state: State
    /// The same on both sides of one move, and of no other.
    package var token: [UInt8]
    /// The hash of the log's first entry: which log it is.
    package var log: [UInt8]
    /// Where the rows go, for people.
    package var place: String
    /// The head of the log that is moved.
    package var size: Int64
    package var root: [UInt8]

    package static let table = Table(
        "store_move", key: [.integer("one")],
        [.text("state"), .blob("token"), .blob("log"), .text("place"), .integer("size"), .blob("root")])

    package init(_ state: State, token: [UInt8], log: [UInt8], to place: String, size: Int64, root: [UInt8]) {
        self.state = state
        self.token = token
        self.log = log
        self.place = place
        self.size = size
        self.root = root
    }

    package init(row: inout RowReader) throws(StoreError) {
        _ = try row.integer()
        state = try row.choice()
        token = try row.blob()
        log = try row.blob()
        place = try row.text()
        size = try row.integer()
        root = try row.blob()
    }

    package var values: [ColumnValue] {
        [.integer(1), .text(state.rawValue), .blob(token), .blob(log), .text(place), .integer(size), .blob(root)]
    }

    /// Why a service may not be started on these rows; nil where it may.
    package var refusal: StartupRefusal? {
        switch state {
        case .arrived: nil
        case .arriving:
            StartupRefusal("A service is being moved into this database, or its move was broken off.", .arriving)
        case .departed:
            StartupRefusal("The service that was here, with \(size) entries, was moved to \(place).", .departed)
        }
    }
}

extension Tables {
    /// The mark of a move.
    static let moveChanges: [Table.Change] = [.create(MoveRecord.table)]
}

/// What nodes that share a store tell each other, so that nobody need read every entry: which one changed the
/// ``Directory`` last, and which the status of a credential. Says nothing that does not follow from the log; written
/// only where others may write.
struct SharedMarkRecord: Record {
    /// Always 1.
    var one: Int64 = 1
    /// The sequence number of the last entry that changed the directory; -1 while none has since nodes share the store.
    var directory: Int64
    /// That of the last one that changed a status.
    var statuses: Int64

    static let table = Table("shared_mark", key: [.integer("one")], [.integer("directory"), .integer("statuses")])

    init(directory: Int64 = -1, statuses: Int64 = -1) {
        self.directory = directory
        self.statuses = statuses
    }

    init(row: inout RowReader) throws(StoreError) {
        one = try row.integer()
        directory = try row.integer()
        statuses = try row.integer()
    }

    var values: [ColumnValue] { [.integer(one), .integer(directory), .integer(statuses)] }
}

/// Which node does what comes by the clock alone. Nothing relies on it but the amount of work.
struct LeaseRecord: Record {
    /// Always 1.
    var one: Int64 = 1
    /// A name that a process draws for itself.
    var holder: [UInt8]
    /// Until when, in milliseconds.
    var until: Int64

    static let table = Table("lease", key: [.integer("one")], [.blob("holder"), .integer("until")])

    init(holder: [UInt8], until: Int64) {
        self.holder = holder
        self.until = until
    }

    init(row: inout RowReader) throws(StoreError) {
        one = try row.integer()
        holder = try row.blob()
        until = try row.integer()
    }

    var values: [ColumnValue] { [.integer(one), .blob(holder), .integer(until)] }
}

extension Tables {
    /// What nodes tell each other; follows from nothing, and may be lost.
    static let nodes = [SharedMarkRecord.table, LeaseRecord.table]

    /// What several nodes add to the database.
    static let nodesChanges = nodes.map(Table.Change.create)
}

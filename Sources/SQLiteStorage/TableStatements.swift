import Storage

/// The prepared statements of one table; the four that nearly all work is done with are found without looking.
final class TableStatements {
    private var insert: Statement?
    private var update: Statement?
    private var delete: Statement?
    private var record: Statement?
    private var others: [Operation: Statement] = [:]

    subscript(operation: Operation) -> Statement? {
        get {
            switch operation {
            case .insert: insert
            case .update: update
            case .delete: delete
            case .record: record
            case .updateColumns, .records: others[operation]
            }
        }
        set {
            switch operation {
            case .insert: insert = newValue
            case .update: update = newValue
            case .delete: delete = newValue
            case .record: record = newValue
            case .updateColumns, .records: others[operation] = newValue
            }
        }
    }
}

import CSQLite
import Glibc
import Issuance

extension StoreError {
    /// What a result code means to the caller, with what SQLite and the system say about it.
    init(_ code: Int32, on connection: OpaquePointer, table: String) {
        let raisedByTrigger = SQLITE_CONSTRAINT | 7 << 8
        switch code & 0xff {
        case SQLITE_FULL: self = .full
        case SQLITE_CONSTRAINT where code == raisedByTrigger: self = .appendOnly(table: table)
        case SQLITE_CONSTRAINT: self = .conflict(table: table)
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt(unsafe StoreError.message(connection))
        // Only ever for a statement that does not suit the tables that are there.
        case SQLITE_ERROR: self = .corrupt("not the tables of this program: \(unsafe StoreError.message(connection))")
        default: self = .unavailable(unsafe StoreError.message(connection))
        }
    }

    private static func message(_ connection: OpaquePointer) -> String {
        let said = unsafe String(cString: sqlite3_errmsg(connection))
        let system = unsafe sqlite3_system_errno(connection)
        let path = unsafe sqlite3_db_filename(connection, "main").map { unsafe String(cString: $0) + ": " } ?? ""
        return path + said + (system == 0 ? "" : " (\(unsafe String(cString: strerror(system))))")
    }
}

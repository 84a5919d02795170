import CPostgreSQL
import Glibc
import Issuance

/// What the server answered to one statement: rows, or what became of it. As a `StoredRow` it is the row at `row`.
@safe final class Answer: StoredRow {
    private let handle: OpaquePointer
    let outcome: Outcome
    /// The kinds of the columns, as the statement asked for them.
    var columns: [Table.Column] = []
    var row: Int32 = 0

    /// What became of a statement.
    enum Outcome {
        /// Also a part of the rows, and the end of them.
        case rows(count: Int32)
        case done
        /// Not done, because one before it was refused.
        case skipped
        case synchronised
        case refused(ServerRefusal)
    }

    init(_ handle: OpaquePointer) {
        unsafe self.handle = handle
        outcome =
            switch unsafe PQresultStatus(handle) {
            case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE: .rows(count: unsafe PQntuples(handle))
            case PGRES_COMMAND_OK: .done
            case PGRES_PIPELINE_ABORTED: .skipped
            case PGRES_PIPELINE_SYNC: .synchronised
            default: .refused(unsafe ServerRefusal(handle))
            }
    }

    deinit { unsafe PQclear(handle) }

    /// How many rows the statement added, replaced or removed.
    var changes: Int { Int(unsafe String(cString: PQcmdTuples(handle))) ?? 0 }

    /// The word for what was done, like `COMMIT`.
    var command: String { unsafe String(cString: PQcmdStatus(handle)) }

    func value(at column: Int) -> ColumnValue? {
        let position = Int32(column)
        if unsafe PQgetisnull(handle, row, position) == 1 { return .null }
        guard let start = unsafe PQgetvalue(handle, row, position) else { return nil }
        let count = Int(unsafe PQgetlength(handle, row, position))
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        let kind = columns[column].kind
        guard unsafe PQftype(handle, position) == kind.type else { return nil }
        switch kind {
        case .integer:
            guard count == 8 else { return nil }
            return .integer(Int64(bigEndian: unsafe bytes.loadUnaligned(as: Int64.self)))
        case .text: return unsafe StoredText.text(bytes).map(ColumnValue.text)
        case .blob: return .blob(unsafe Array(bytes))
        }
    }
}

extension Table.Column.Kind {
    /// The number that PostgreSQL has for the type (`pg_type.oid`).
    var type: Oid {
        switch self {
        case .integer: 20
        case .text: 25
        case .blob: 17
        }
    }
}

/// Why the server refused a statement.
struct ServerRefusal {
    /// Five letters (SQLSTATE).
    let state: String
    /// Its main words, which name no values of rows but where the state is about values.
    let message: String
    /// Whether the server ends the connection.
    let isFatal: Bool

    init(_ result: OpaquePointer) {
        func field(_ code: Unicode.Scalar) -> String? {
            unsafe PQresultErrorField(result, Int32(code.value)).map { unsafe String(cString: $0) }
        }
        state = field("C") ?? ""
        message = field("M") ?? (unsafe String(cString: PQresultErrorMessage(result)))
        isFatal = ["FATAL", "PANIC"].contains(field("V"))
    }
}

import CSQLite
import Issuance

/// One prepared statement. Belongs to one connection and is used by the thread that has it.
@safe final class Statement: StoredRow {
    private let handle: OpaquePointer
    /// The highest number of a parameter.
    private let parameterCount: Int

    /// Prepares one statement; nil when SQLite refuses, which then says why on the connection.
    init?(_ text: String, on connection: OpaquePointer) {
        var handle: OpaquePointer?
        _ = unsafe sqlite3_prepare_v3(connection, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard let handle = unsafe handle else { return nil }
        unsafe self.handle = handle
        parameterCount = Int(unsafe sqlite3_bind_parameter_count(handle))
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// One step further; gives the result code.
    func step() -> Int32 { unsafe sqlite3_step(handle) }

    /// Ends the run, so that the statement holds no snapshot and may be bound again.
    func reset() { unsafe sqlite3_reset(handle) }

    /// Binds these values to the parameters 1, 2, … up to the last that there is; gives the result code.
    ///
    /// SQLite copies each value: small strings have no lasting address, and for the rest the copy was not worth the
    /// care that a borrowed buffer needs.
    func bind(_ values: [ColumnValue]) -> Int32 {
        var position: Int32 = 0
        for value in values.prefix(parameterCount) {
            position += 1
            let code = bind(value, at: position)
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }

    private func bind(_ value: ColumnValue, at position: Int32) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, position)
        case .integer(let integer): return unsafe sqlite3_bind_int64(handle, position, integer)
        case .text(var text):
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    unsafe csqlite_bind_text(handle, position, characters.baseAddress, bytes.count)
                }
            }
        case .blob(let blob):
            return unsafe blob.withUnsafeBytes { bytes in
                unsafe csqlite_bind_blob(handle, position, bytes.baseAddress, bytes.count)
            }
        }
    }

    /// A value of the row that the last step reached; nil when it is what no store of ours writes: a real number, or
    /// text that is not UTF-8.
    func value(at column: Int) -> ColumnValue? {
        let position = Int32(column)
        switch unsafe sqlite3_column_type(handle, position) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(handle, position))
        case SQLITE_TEXT:
            let start = unsafe sqlite3_column_text(handle, position)
            let count = unsafe sqlite3_column_bytes(handle, position)
            let text = unsafe String(validating: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
            return text.map(ColumnValue.text)
        case SQLITE_BLOB:
            let start = unsafe sqlite3_column_blob(handle, position)
            let count = unsafe sqlite3_column_bytes(handle, position)
            return .blob(unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(count))))
        default: return nil
        }
    }
}

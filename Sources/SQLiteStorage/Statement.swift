import CSQLite
import Issuance
import Storage

/// One prepared statement. Belongs to one connection and is used by the thread that has it.
@safe final class Statement: StoredRow {
    private let handle: OpaquePointer
    /// The highest number of a parameter.
    private let parameterCount: Int
    /// Where the texts and bytes lie that are bound now.
    private var room: UnsafeMutableRawPointer
    private var roomBytes = usualBytes

    /// Prepares one statement; nil when SQLite refuses, which then says why on the connection.
    init?(_ text: String, on connection: OpaquePointer) {
        var handle: OpaquePointer?
        _ = unsafe sqlite3_prepare_v3(connection, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard let handle = unsafe handle else { return nil }
        unsafe self.handle = handle
        parameterCount = Int(unsafe sqlite3_bind_parameter_count(handle))
        unsafe room = .allocate(byteCount: Self.usualBytes, alignment: 1)
    }

    deinit {
        unsafe sqlite3_finalize(handle)
        unsafe room.deallocate()
    }

    /// One step further; gives the result code.
    func step() -> Int32 { unsafe sqlite3_step(handle) }

    /// Ends the run, so that the statement holds no snapshot and may be bound again.
    func reset() { unsafe sqlite3_reset(handle) }

    /// Binds these values to the parameters 1, 2, … up to the last that there is; gives the result code.
    ///
    /// - Parameter columns: of the values, counted from 0, those that the statement has parameters for.
    func bind(_ values: [ColumnValue], only columns: ColumnSet = .max) -> Int32 {
        let count = min(values.count, parameterCount)
        makeRoom(for: values.prefix(count))
        var room = unsafe self.room
        for position in 0..<count where position >= ColumnSet.bitWidth || columns >> UInt64(position) & 1 == 1 {
            let code = unsafe bind(values[position], at: Int32(position + 1), &room)
            guard code == SQLITE_OK else { return code }
        }
        return SQLITE_OK
    }

    /// Texts and bytes are put one behind the other into room of our own, where SQLite reads them: it would ask for
    /// memory for each copy, and a short string has no lasting address.
    private func bind(_ value: ColumnValue, at position: Int32, _ room: inout UnsafeMutableRawPointer) -> Int32 {
        switch value {
        case .null: return unsafe sqlite3_bind_null(handle, position)
        case .integer(let integer): return unsafe sqlite3_bind_int64(handle, position, integer)
        case .text(var text):
            let count = text.withUTF8 { unsafe Self.put($0, into: &room) }
            return unsafe csqlite_bind_text(handle, position, room - count, count)
        case .blob(let blob):
            let count = unsafe blob.withUnsafeBufferPointer { unsafe Self.put($0, into: &room) }
            return unsafe csqlite_bind_blob(handle, position, room - count, count)
        }
    }

    private static func put(_ bytes: UnsafeBufferPointer<UInt8>, into room: inout UnsafeMutableRawPointer) -> Int {
        if let start = bytes.baseAddress { unsafe room.copyMemory(from: start, byteCount: bytes.count) }
        unsafe room += bytes.count
        return bytes.count
    }

    /// Before anything is bound, because what was bound must not move.
    private func makeRoom(for values: ArraySlice<ColumnValue>) {
        var needed = 0
        for value in values {
            switch value {
            case .text(let text): needed += text.utf8.count
            case .blob(let blob): needed += blob.count
            case .null, .integer: break
            }
        }
        guard needed > roomBytes || roomBytes > Self.keptBytes else { return }
        unsafe room.deallocate()
        roomBytes = max(needed, Self.usualBytes)
        unsafe room = .allocate(byteCount: roomBytes, alignment: 1)
    }

    /// Room for most rows.
    private static let usualBytes = 1024
    /// More than this is given back with the next row: a statement whose row was large once shall not keep the memory.
    private static let keptBytes = 1 << 16

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

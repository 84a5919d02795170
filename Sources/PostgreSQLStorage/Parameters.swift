import CPostgreSQL
import Issuance
import Storage

/// The values of one statement, laid out as libpq reads them: addresses, lengths, and everything binary. Used again for
/// every statement of a connection, because libpq copies what it sends.
@safe final class Parameters {
    private(set) var count: Int32 = 0
    let pointers: UnsafeMutablePointer<UnsafePointer<CChar>?>
    let lengths: UnsafeMutablePointer<Int32>
    let formats: UnsafeMutablePointer<Int32>
    private var room: UnsafeMutableRawPointer
    private var roomBytes = usualBytes

    /// More than the columns of a table and the bounds of a scan along them.
    private static let capacity = 4 * ColumnSet.bitWidth
    /// Room for most rows.
    private static let usualBytes = 1024
    /// More than this is given back with the next row.
    private static let keptBytes = 1 << 16

    init() {
        unsafe pointers = .allocate(capacity: Self.capacity)
        unsafe lengths = .allocate(capacity: Self.capacity)
        unsafe formats = .allocate(capacity: Self.capacity)
        unsafe formats.initialize(repeating: 1, count: Self.capacity)
        unsafe room = .allocate(byteCount: Self.usualBytes, alignment: 8)
    }

    deinit {
        unsafe pointers.deallocate()
        unsafe lengths.deallocate()
        unsafe formats.deallocate()
        unsafe room.deallocate()
    }

    /// Takes the values of a statement in the place of those before.
    ///
    /// - Parameter columns: of the values, counted from 0, those that the statement reads; the others are not sent.
    /// - Returns: how many bytes they are.
    func lay(_ values: [ColumnValue], only columns: ColumnSet = .max) -> Int {
        precondition(values.count <= Self.capacity, "a statement has too many parameters")
        makeRoom(for: values)
        count = Int32(values.count)
        var end = unsafe room
        for position in values.indices {
            let start = unsafe end
            let isRead = position >= ColumnSet.bitWidth || columns >> ColumnSet(position) & 1 == 1
            let value = isRead ? values[position] : .null
            unsafe end = Self.put(value, at: start)
            let isNull = if case .null = value { true } else { false }
            unsafe pointers[position] = isNull ? nil : UnsafePointer(start.assumingMemoryBound(to: CChar.self))
            unsafe lengths[position] = Int32(end - start)
        }
        return unsafe end - room
    }

    private static func put(_ value: ColumnValue, at start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        switch value {
        case .null: return unsafe start
        case .integer(let integer):
            unsafe start.storeBytes(of: integer.bigEndian, as: Int64.self)
            return unsafe start + 8
        case .text(var text): return text.withUTF8 { unsafe StoredText.put($0, at: start) }
        case .blob(let blob):
            unsafe blob.withUnsafeBytes { bytes in
                if let first = bytes.baseAddress { unsafe start.copyMemory(from: first, byteCount: bytes.count) }
            }
            return unsafe start + blob.count
        }
    }

    private func makeRoom(for values: [ColumnValue]) {
        let needed = values.reduce(0) { $0 + $1.storedBytes }
        guard needed > roomBytes || roomBytes > Self.keptBytes else { return }
        unsafe room.deallocate()
        roomBytes = max(needed, Self.usualBytes)
        unsafe room = .allocate(byteCount: roomBytes, alignment: 8)
    }
}

extension ColumnValue {
    /// How many bytes PostgreSQL is sent for it.
    var storedBytes: Int {
        switch self {
        case .null: return 0
        case .integer: return 8
        case .text(var text): return text.withUTF8 { unsafe StoredText.count($0) }
        case .blob(let blob): return blob.count
        }
    }
}

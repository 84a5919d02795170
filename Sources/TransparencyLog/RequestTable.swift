import Cryptography

/// Values by the identifier of a request, as it lies in an entry.
///
/// Identifiers are UUIDs in all that Punctual writes, and those are kept as 16 bytes in a table of their own: to make a
/// string of each for a dictionary takes longer than to check the rest of its entry. Any other identifier is kept in a
/// dictionary, as it is.
///
/// Values lie in the order in which their requests began, so that those of requests under way lie together, where the
/// processor still has them; only the places, eight bytes each, are looked for all over the memory.
struct RequestTable<Value: Sendable>: Sendable {
    private struct Record: Sendable {
        let key: RequestUUID
        var value: Value
    }

    /// Open addressing with linear probing; a power of two, at most three quarters full. Zero is free; else the upper
    /// half of the key's hash, and below it one more than the number of the record.
    private var places: [UInt64]
    private var records: [Record] = []
    private var byText: [String: Value] = [:]
    /// What identifiers are mixed with, so that nobody who writes a log can make them meet in one place.
    private let seed: (high: UInt64, low: UInt64)

    /// - Parameter seed: what whoever chose the identifiers could not choose.
    init(seed: SHA256Digest) {
        self.seed = unsafe seed.withUnsafeBytes { bytes in
            unsafe (bytes.load(as: UInt64.self), bytes.load(fromByteOffset: 8, as: UInt64.self))
        }
        places = [UInt64](repeating: 0, count: 1024)
    }

    /// Mixed with what this process alone knows.
    init() {
        var hasher = Hasher()
        let high = hasher.finalize()
        hasher = Hasher()
        hasher.combine(high)
        seed = (UInt64(bitPattern: Int64(high)), UInt64(bitPattern: Int64(hasher.finalize())))
        places = [UInt64](repeating: 0, count: 1024)
    }

    /// The value of an identifier. Parameters as those of ``updateValue(_:forKey:uuid:in:)``.
    func value(forKey key: Range<Int>, uuid: RequestUUID?, in entry: Span<UInt8>) -> Value? {
        guard let uuid else { return byText[Self.text(key, in: entry)] }
        return find(uuid).number.map { records[$0].value }
    }

    /// Sets a value.
    ///
    /// - Parameter uuid: the identifier, where it is one.
    /// - Returns: the value before.
    mutating func updateValue(
        _ value: Value, forKey key: Range<Int>, uuid: RequestUUID?, in entry: Span<UInt8>
    ) -> Value? {
        guard let uuid else { return byText.updateValue(value, forKey: Self.text(key, in: entry)) }
        let (place, number) = find(uuid)
        if let number {
            let before = records[number].value
            records[number].value = value
            return before
        }
        records.append(Record(key: uuid, value: value))
        precondition(records.count <= UInt32.max, "a log of more requests than an audit on one machine can hold")
        places[place] = hash(uuid) & ~0xFFFF_FFFF | UInt64(records.count)
        if records.count > places.count / 4 * 3 { grow() }
        return nil
    }

    private static func text(_ key: Range<Int>, in entry: Span<UInt8>) -> String {
        String(decoding: key.map { entry[$0] }, as: UTF8.self)
    }

    /// Where the key is or would be, and the number of its record if there is one.
    @inline(__always)
    private func find(_ key: RequestUUID) -> (place: Int, number: Int?) {
        let hash = hash(key)
        var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while places[place] != 0 {
            let number = Int(places[place] & 0xFFFF_FFFF) - 1
            if places[place] >> 32 == hash >> 32, records[number].key == key { return (place, number) }
            place = (place + 1) & (places.count - 1)
        }
        return (place, nil)
    }

    private func hash(_ key: RequestUUID) -> UInt64 {
        let product = (key.high ^ seed.high).multipliedFullWidth(by: key.low ^ seed.low | 1)
        return product.high ^ product.low
    }

    private mutating func grow() {
        places = [UInt64](repeating: 0, count: 2 * places.count)
        for (number, record) in records.enumerated() {
            let hash = hash(record.key)
            var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
            while places[place] != 0 { place = (place + 1) & (places.count - 1) }
            places[place] = hash & ~0xFFFF_FFFF | UInt64(number + 1)
        }
    }
}

/// The identifier of a request that is a UUID, as a number.
struct RequestUUID: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    static let textBytes = 36
}

extension RequestUUID {
    /// 36 bytes of lower-case hexadecimal digits and dashes ([RFC 9562, 4](https://www.rfc-editor.org/rfc/rfc9562)).
    init?(_ text: Span<UInt8>, at start: Int) {
        guard text.count - start >= Self.textBytes else { return nil }
        let dashes = (text[start + 8], text[start + 13], text[start + 18], text[start + 23])
        let dash = UInt8(ascii: "-")
        guard dashes == (dash, dash, dash, dash) else { return nil }
        let first = ByteWord(text, at: start)
        let second = ByteWord(text, at: start + 9, and: start + 14)
        let third = ByteWord(text, at: start + 19, and: start + 24)
        let fourth = ByteWord(text, at: start + 28)
        let others = first.notHexadecimal | second.notHexadecimal | third.notHexadecimal | fourth.notHexadecimal
        guard others == 0 else { return nil }
        // Two digits to a byte.
        high = first.hexadecimal << 4 | second.hexadecimal
        low = third.hexadecimal << 4 | fourth.hexadecimal
    }
}

import Cryptography

/// Values by the identifier of a request, as it lies in an entry.
///
/// Identifiers are UUIDs in all that Punctual writes, and those are kept as 16 bytes in a table of their own: to make a
/// string of each for a dictionary takes longer than to check the rest of its entry. Any other identifier is kept in a
/// dictionary, as it is.
struct RequestTable<Value: Sendable>: Sendable {
    fileprivate struct UUID: Hashable {
        let high: UInt64
        let low: UInt64
    }

    private struct Slot: Sendable {
        var key: UUID
        var value: Value
    }

    /// Open addressing with linear probing; a power of two, at most three quarters full.
    private var slots: [Slot?]
    private var count = 0
    private var byText: [String: Value] = [:]
    /// What identifiers are mixed with, so that nobody who writes a log can make them meet in one place.
    private let seed: UUID

    /// - Parameter seed: what whoever chose the identifiers could not choose.
    init(seed: SHA256Digest) {
        self.seed = unsafe seed.withUnsafeBytes { bytes in
            unsafe UUID(high: bytes.load(as: UInt64.self), low: bytes.load(fromByteOffset: 8, as: UInt64.self))
        }
        slots = [Slot?](repeating: nil, count: 1024)
    }

    /// Sets a value.
    /// - Returns: the value before.
    mutating func updateValue(_ value: Value, forKey key: Range<Int>, in entry: Span<UInt8>) -> Value? {
        if let uuid = UUID(entry, key) { return updateValue(value, forKey: uuid) }
        let text = key.map { entry[$0] }
        return byText.updateValue(value, forKey: String(decoding: text, as: UTF8.self))
    }

    private mutating func updateValue(_ value: Value, forKey key: UUID) -> Value? {
        let place = place(of: key)
        if let before = slots[place]?.value {
            slots[place]?.value = value
            return before
        }
        slots[place] = Slot(key: key, value: value)
        count += 1
        if count > slots.count / 4 * 3 { grow() }
        return nil
    }

    /// Where the key is, or would be.
    private func place(of key: UUID) -> Int {
        let product = (key.high ^ seed.high).multipliedFullWidth(by: key.low ^ seed.low | 1)
        var place = Int(truncatingIfNeeded: product.high ^ product.low) & (slots.count - 1)
        while let found = slots[place]?.key, found != key { place = (place + 1) & (slots.count - 1) }
        return place
    }

    private mutating func grow() {
        let full = slots
        slots = [Slot?](repeating: nil, count: 2 * full.count)
        for case let slot? in full { slots[place(of: slot.key)] = slot }
    }
}

extension RequestTable.UUID {
    /// 36 bytes of lower-case hexadecimal digits and dashes ([RFC 9562, 4](https://www.rfc-editor.org/rfc/rfc9562)).
    init?(_ text: Span<UInt8>, _ place: Range<Int>) {
        guard place.count == 36 else { return nil }
        let start = place.lowerBound
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

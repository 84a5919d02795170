import CanonicalJSON
import Cryptography

/// Writes the members of an entry into one buffer. Their order is the caller's; their values are escaped as JSON must
/// be, so that no value can pass for a member.
struct EntryWriter {
    private(set) var bytes: [UInt8] = []

    /// More than what most entries have beside their facts, so that the buffer is made once.
    private static let usualBytes = 768

    /// - Parameter factBytes: how long the facts are.
    init(factBytes: Int) {
        bytes.reserveCapacity(Self.usualBytes + factBytes)
        append("{")
    }

    mutating func commitments(_ cm: [(field: String, Commitment)]) {
        guard !cm.isEmpty else { return }
        var lead: StaticString = "\"cm\":{"
        for (field, commitment) in cm {
            append(lead)
            JSON.string(field).appendCanonical(to: &bytes)
            member(":", commitment.digest)
            lead = ","
        }
        append("},")
    }

    mutating func request(_ request: LogEntry.Request?) {
        guard let request else { return }
        member(",\"rid\":", request.rid)
        member(",\"rn\":", request.rn)
        if let rprev = request.rprev { member(",\"rprev\":", rprev) }
    }

    mutating func member(_ name: StaticString, _ text: String) {
        append(name)
        JSON.string(text).appendCanonical(to: &bytes)
    }

    mutating func member(_ name: StaticString, _ digest: SHA256Digest) {
        append(name)
        append("\"")
        digest.appendBase64(to: &bytes)
        append("\"")
    }

    mutating func member(_ name: StaticString, _ number: UInt64) {
        append(name)
        append(number)
    }

    /// Below zero too, which whoever checks the entry refuses.
    mutating func member(_ name: StaticString, _ number: Int64) {
        append(name)
        if number < 0 { append("-") }
        append(number.magnitude)
    }

    /// - Parameter value: as it is to stand there.
    mutating func member(_ name: StaticString, canonical value: [UInt8]) {
        append(name)
        bytes += value
    }

    mutating func end() { append(",\"v\":1}") }

    private mutating func append(_ text: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func append(_ number: UInt64) {
        let start = bytes.count
        var rest = number
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        bytes[start...].reverse()
    }
}

import CanonicalJSON
import Cryptography

/// Writes the members of an entry into one buffer. Their order is the caller's; their values are escaped as JSON must
/// be, so that no value can pass for a member.
struct EntryWriter {
    private(set) var bytes: [UInt8] = []

    init() {
        // More than most entries need, so that the buffer is made once.
        bytes.reserveCapacity(640)
        append("{")
    }

    mutating func commitments(_ cm: [String: Commitment]) {
        guard !cm.isEmpty else { return }
        var lead: StaticString = "\"cm\":{"
        for (field, commitment) in cm.sorted(by: { $0.key < $1.key }) {
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

    mutating func member(_ name: StaticString, _ number: some BinaryInteger) {
        append(name)
        bytes.append(contentsOf: String(number).utf8)
    }

    mutating func member(_ name: StaticString, _ object: JSONObject) {
        append(name)
        object.appendCanonical(to: &bytes)
    }

    mutating func end() { append(",\"v\":1}") }

    private mutating func append(_ text: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

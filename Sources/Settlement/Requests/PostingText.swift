import Cryptography

/// The texts of a posting that follow from its facts: rules 7 and 8.
enum PostingText {
    /// The claim key with its quotation marks.
    static func claimKey(
        _ facts: PostingFacts, objective: ArraySlice<UInt8>, policy: CanonicalText, rid: String, tenant: CanonicalText
    ) -> [UInt8] {
        var claim: [UInt8] = []
        claim.reserveCapacity(320)
        claim.add("{\"benefit\":")
        claim.add(facts.benefit)
        claim.add(",\"objective\":")
        claim += objective
        claim.add(",\"policy\":")
        claim += policy.bytes
        claim.add(",\"request\":\"")
        claim += rid.utf8
        claim.add("\"")
        if facts.revision != 0 {
            claim.add(",\"revision\":")
            claim.add(facts.revision)
        }
        claim.add(",\"tenant\":")
        claim += tenant.bytes
        claim.add(",\"tier\":")
        claim.add(facts.tier)
        claim.add("}")
        var key: [UInt8] = []
        key.reserveCapacity(66)
        key.add("\"")
        key.addHexadecimal(SHA256.hash(claim), byteCount: 32)
        key.add("\"")
        return key
    }

    /// The journal in canonical form, of the claim key, unit and amount that the posting says.
    static func journal(_ frame: EntryFrame, _ facts: PostingFacts, rid: String) -> [UInt8] {
        guard let account = facts.kind.account else { return Array("[]".utf8) }
        let key = frame.bytes[facts.claimKey.dropFirst().dropLast()]
        let unit = frame.bytes[facts.unit]
        var journal: [UInt8] = []
        journal.reserveCapacity(1024)
        journal.add("[{\"id\":\"")
        journal.addIdentity("accrue", of: key)
        journal.add("\",\"lines\":[")
        journal.addLine("expense:compensation", [], facts.minor, unit)
        journal.add(",")
        journal.addLine("provision:", rid.utf8, -facts.minor, unit)
        journal.add("]},{\"id\":\"")
        journal.addIdentity("pay", of: key)
        journal.add("\",\"lines\":[")
        journal.addLine("provision:", rid.utf8, facts.minor, unit)
        journal.add(",")
        journal.addLine(account, facts.kind == .cashRefund ? [] : key, -facts.minor, unit)
        journal.add("]}]")
        return journal
    }
}

/// The bookings of one step: rules 8 and 34.
extension PostingText {
    enum Step: String {
        case settle
        case accrue, pay, decline
        case reversePay = "reverse-pay"
        case reverseAccrue = "reverse-accrue"
    }

    /// The id of a transaction.
    static func identity(_ step: String, of key: ArraySlice<UInt8>) -> String {
        String(SHA256.hash(Array("journal v1\n".utf8) + key + Array("\n\(step)".utf8)).description.prefix(32))
    }

    /// The journal of these steps in canonical form.
    static func journal(
        _ steps: [Step], key: ArraySlice<UInt8>, rid: String, holder: String, unit: CanonicalText, minor: Int64
    ) -> [UInt8] {
        let entries = steps.map { step in
            let (expense, provision) = ("expense:compensation", "provision:\(rid)")
            let (debit, credit) =
                switch step {
                case .accrue: (expense, provision)
                case .pay: (provision, holder)
                case .decline, .reverseAccrue: (provision, expense)
                case .reversePay: (holder, provision)
                case .settle: ("cash:clearing", "bank")
                }
            let lines = [(debit, minor), (credit, -minor)].map { account, minor in
                "{\"account\":\"\(account)\",\"minor\":\(minor),"
                    + "\"unit\":\(String(decoding: unit.bytes, as: UTF8.self))}"
            }
            let id = identity(step.rawValue, of: key)
            return "{\"id\":\"\(id)\",\"lines\":[\(lines.joined(separator: ","))]}"
        }
        return Array("[\(entries.joined(separator: ","))]".utf8)
    }
}

/// Canonical JSON, piece by piece.
extension [UInt8] {
    fileprivate mutating func add(_ text: StaticString) {
        unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    fileprivate mutating func add(_ number: Int64) { append(contentsOf: String(number).utf8) }

    fileprivate mutating func addHexadecimal(_ digest: SHA256Digest, byteCount: Int) {
        unsafe digest.withUnsafeBytes { bytes in
            for index in 0..<byteCount {
                let byte = unsafe bytes[index]
                for nibble in [byte >> 4, byte & 0x0F] {
                    append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
                }
            }
        }
    }

    /// The id of a transaction: the first 32 digits of a hash.
    fileprivate mutating func addIdentity(_ step: StaticString, of key: ArraySlice<UInt8>) {
        var identity: [UInt8] = []
        identity.reserveCapacity(96)
        identity.add("journal v1\n")
        identity += key
        identity.add("\n")
        identity.add(step)
        addHexadecimal(SHA256.hash(identity), byteCount: 16)
    }

    /// A line on the account that begins with `account` and ends with `name`.
    fileprivate mutating func addLine(
        _ account: StaticString, _ name: some Collection<UInt8>, _ minor: Int64, _ unit: ArraySlice<UInt8>
    ) {
        add("{\"account\":\"")
        add(account)
        append(contentsOf: name)
        add("\",\"minor\":")
        add(minor)
        add(",\"unit\":")
        append(contentsOf: unit)
        add("}")
    }
}

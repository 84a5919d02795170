import Cryptography

/// The entries of rules 35 to 39, by their types.
enum WalletEntry: String, CaseIterable {
    case spent = "credits.spent"
    case reserved = "credits.reserved"
    case confirmed = "credits.confirmed"
    case released = "credits.released"
    case expired = "credits.expired"
    case walletErased = "wallet.erased"
    case couponKey = "coupon.key"
    case couponLimits = "coupon.limits"
    case couponMinted = "coupon.minted"
    case couponSent = "coupon.sent"
    case couponReserved = "coupon.reserved"
    case couponReleased = "coupon.released"
    case couponRedeemed = "coupon.redeemed"
    case couponExpired = "coupon.expired"
    case couponRevoked = "coupon.revoked"
    case couponLeaked = "coupon.leaked"
    case couponAttempts = "coupon.attempts"
}

/// An institution and a unit: what sums are kept for.
struct Purse: Hashable {
    let tenant: String
    let unit: String
}

/// What went from somewhere, or to it: the facts that most entries have.
struct MovementFacts {
    let journal: String
    let minor: Int64
    let tenant: String
    let unit: String
    /// Of a reservation.
    let until: Int64
    /// Of an expiry: whether it is an erasure.
    let isErasure: Bool

    var purse: Purse { Purse(tenant: tenant, unit: unit) }

    init(_ frame: EntryFrame, _ type: WalletEntry) throws(EntryProblem) {
        var facts = try FactReader(frame)
        journal = frame.bytes.text(try facts.value("journal"))
        minor = try facts.integer("minor")
        tenant = try facts.word("tenant")
        unit = try facts.word("unit")
        until = type == .reserved ? try facts.integer("until") : 0
        isErasure = type == .expired ? try facts.choice("why", "erasure", "expiry").isFirst : false
        try facts.finish()
        guard minor > 0 else { throw EntryProblem("minor must be greater than 0, not \(minor)") }
        guard unit == "PFC" || unit == "ISSUANCES" else { throw EntryProblem("nothing is spent in \(unit)") }
    }
}

/// What became of a reservation.
struct ResolutionFacts {
    let journal: String
    let of: Int64
    let tenant: String
    /// Empty for a confirmation.
    let why: String

    init(_ frame: EntryFrame, _ type: WalletEntry) throws(EntryProblem) {
        var facts = try FactReader(frame)
        journal = frame.bytes.text(try facts.value("journal"))
        of = try facts.integer("of")
        tenant = try facts.word("tenant")
        why = type == .released ? try facts.word("why", of: ["asked", "timeout", "erasure"]) : ""
        try facts.finish()
    }
}

/// The facts of `coupon.minted`.
struct MintFacts {
    let bound: String
    let by: String?
    let claimKey: String?
    let coupons: [String]
    let first: Int64
    let journal: String?
    let isGiftCard: Bool
    let minor: Int64
    let reason: String
    let tenant: String
    let unit: String
    let until: Int64
    let version: Int64

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        bound = try facts.word("bound", of: ["nobody", "holder", "key"])
        by = try facts.optionalWord("by")
        claimKey = try facts.optionalWord("claimKey")
        coupons = try facts.words("coupons")
        first = try facts.integer("first")
        journal = claimKey == nil ? frame.bytes.text(try facts.value("journal")) : nil
        isGiftCard = try facts.choice("kind", "gift-card", "single-use").isFirst
        minor = try facts.integer("minor")
        reason = try facts.word("reason", of: ["compensation", "goodwill", "promotion", "gift", "replacement"])
        tenant = try facts.word("tenant")
        unit = try facts.word("unit")
        until = try facts.integer("until")
        version = try facts.integer("version")
        try facts.finish()
        guard 1...1_000_000_000 ~= minor, 1...100 ~= coupons.count else {
            throw EntryProblem("a batch has 1 to 100 coupons of 1 to 1,000,000,000")
        }
    }
}

extension FactReader {
    /// A text without its quotation marks; the words of these entries have nothing to escape.
    mutating func word(_ name: StaticString) throws(EntryProblem) -> String {
        let range = try text(name)
        return bytes.text(range.dropFirst().dropLast())
    }

    mutating func word(_ name: StaticString, of words: [String]) throws(EntryProblem) -> String {
        let word = try word(name)
        guard words.contains(word) else { throw EntryProblem("\(name) must be one of \(words), not \(word)") }
        return word
    }

    mutating func optionalWord(_ name: StaticString) throws(EntryProblem) -> String? {
        try optionalText(name).map { bytes.text($0.dropFirst().dropLast()) }
    }

    /// A list of texts without anything to escape.
    mutating func words(_ name: StaticString) throws(EntryProblem) -> [String] {
        let range = try value(name)
        var scanner = ByteScanner(bytes, at: range.lowerBound)
        try scanner.expect("[")
        var words: [String] = []
        if scanner.take("]") { return [] }
        repeat {
            let word = try scanner.string()
            words.append(bytes.text(word.dropFirst().dropLast()))
        } while scanner.take(",")
        try scanner.expect("]")
        return words
    }
}

/// The texts that follow from the rules.
enum WalletText {
    /// The one transaction of an entry, in canonical form.
    static func journal(
        _ step: String, in seq: UInt64, debit: String, credit: String, _ minor: Int64, _ unit: String
    ) -> String {
        let id = SHA256.hash(Array("journal v1\n\(seq)\n\(step)".utf8)).description.prefix(32)
        return "[{\"id\":\"\(id)\",\"lines\":[{\"account\":\"\(debit)\",\"minor\":\(minor),\"unit\":\"\(unit)\"},"
            + "{\"account\":\"\(credit)\",\"minor\":\(-minor),\"unit\":\"\(unit)\"}]}]"
    }
}

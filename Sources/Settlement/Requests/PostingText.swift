import Cryptography

/// The texts of a posting that follow from its facts: rules 7 and 8.
enum PostingText {
    /// The claim key with its quotation marks.
    static func claimKey(
        tier: Int64, benefit: Int64, policy: CanonicalText, rid: String, tenant: CanonicalText
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(256)
        text.add("{\"benefit\":\(benefit),\"objective\":\"issue\",\"policy\":")
        text += policy.bytes
        text.add(",\"request\":\"\(rid)\",\"tenant\":")
        text += tenant.bytes
        text.add(",\"tier\":\(tier)}")
        var key: [UInt8] = []
        key.add("\"\(SHA256.hash(text))\"")
        return key
    }

    /// The journal in canonical form, of the claim key, unit and amount that the posting says.
    static func journal(_ frame: EntryFrame, _ facts: PostingFacts, rid: String) -> [UInt8] {
        // Texts go from their first to their last character, without quotation marks.
        let key = frame.bytes[facts.claimKey.dropFirst().dropLast()]
        let unit = frame.bytes[facts.unit]
        var journal: [UInt8] = []
        journal.reserveCapacity(1024)
        func line(_ account: String, _ key: ArraySlice<UInt8>, _ minor: Int64) {
            journal.add("{\"account\":\"\(account)")
            journal += key
            journal.add("\",\"minor\":\(minor),\"unit\":")
            journal += unit
            journal.add("}")
        }
        func transaction(_ step: String, _ debit: () -> Void, _ credit: () -> Void) {
            var identity = Array("journal v1\n".utf8)
            identity += key
            identity.add("\n\(step)")
            journal.add("{\"id\":\"\(String(describing: SHA256.hash(identity)).prefix(32))\",\"lines\":[")
            debit()
            journal.add(",")
            credit()
            journal.add("]}")
        }
        journal.add("[")
        transaction("accrue") {
            line("expense:compensation", [], facts.minor)
        } _: {
            line("provision:\(rid)", [], -facts.minor)
        }
        journal.add(",")
        transaction("pay") {
            line("provision:\(rid)", [], facts.minor)
        } _: {
            line(facts.isCredit ? "wallet:" : "premium:", key, -facts.minor)
        }
        journal.add("]")
        return journal
    }
}

extension [UInt8] {
    fileprivate mutating func add(_ text: String) { append(contentsOf: text.utf8) }
}

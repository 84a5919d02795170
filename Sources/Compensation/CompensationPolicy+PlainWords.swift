import ServiceLevels
import Temporal

/// The promise in sentences that a person can hold us to.
extension CompensationPolicy {
    /// Short English sentences, each of them kept by the rules of this room, but for the one that says it is an aim.
    package var plainWords: [String] {
        ["Whoever gets a credential late is given this by itself, without asking, whatever the cause:"]
            + tiers.map(\.inWords) + settling.capsInWords + [
                "More delay tops up what was given before; nothing is counted twice.",
                "Each of these is posted within \(payoutWithin) of the moment it is owed.",
            ] + settling.waitsInWords + expiry + [
                "Premium access is added at the end of what the person has.",
                settling.reversal.inWords,
                "We aim to acknowledge a request within \(fastResponse.acknowledgeWithin) and to send news every "
                    + "\(fastResponse.updateEvery); this aim is published but not measured yet.",
            ]
    }

    private var expiry: [String] {
        let spans = Set(tiers.flatMap(\.benefits).compactMap(\.expires)).sorted { $0.length < $1.length }
        guard let shortest = spans.first else { return [] }
        let most = spans.count == 1 ? "" : " or longer, as each says"
        return ["Credits can be spent for \(shortest)\(most), from the moment they are posted."]
    }
}

extension CompensationPolicy.Tier {
    fileprivate var inWords: String {
        let late = over == .zero ? "Late at all" : "Late by more than \(over.inWords)"
        return "\(late): \(benefits.map(\.inWords).joined(separator: " and ")), in all."
    }
}

extension Benefit {
    var inWords: String {
        type == .credit ? amount.inWords : "\(amount.inWords) of premium access"
    }
}

extension Amount {
    var inWords: String { unit.inWords(minor) }
}

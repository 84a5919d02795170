import Temporal

extension Ladder {
    /// Short English sentences, each of them kept by rules 64 to 67.
    var plainWords: [String] {
        let foreseen = atRisk.forecast.map { ", or earlier when \($0.inWords) of such requests become late" } ?? ""
        let risk = "A request is at risk when \(atRisk.consumed.inWords) of the promised time have passed\(foreseen)."
        return [risk] + steps.map(\.inWords)
            + (steps.isEmpty
                ? []
                : ["Each step comes once, in this order, and no more once somebody took the request or it has ended."])
    }
}

extension Ladder.Step {
    fileprivate var inWords: String {
        let who = to.map { $0.rawValue.replacing("-", with: " ") }.joined(separator: " and ")
        let silence = ackWithin.map { " If nobody takes it within \($0.inWords), the next step comes." } ?? ""
        return "\(at.inWords), \(who) of our staff\(tellsRequester ? ", and you," : "") are told.\(silence)"
    }
}

extension Ladder.Trigger {
    fileprivate var inWords: String {
        switch self {
        case .forecast(let share): "When \(share.inWords) of such requests become late, or at risk by the time alone"
        case .consumed(let share): "When \(share.inWords) of the promised time have passed"
        case .afterBreach(let length): "When we are late by \(length.inWords)"
        }
    }
}

import Compensation
import TestSupport

/// Facts as chance has them.
enum RandomModels {
    static func incident(using random: inout SeededRandom) -> IncidentFacts {
        IncidentFacts(
            cause: [.unknown, .deploy, .forceMajeure, .capacity, .requesterFault].randomElement(using: &random)
                ?? .unknown,
            severity: Severity.allCases.randomElement(using: &random) ?? .minor)
    }

    static func price(using random: inout SeededRandom) -> Amount? {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: nil
        case 1: Amount(0, .currency("EUR"))
        case 2: Amount(.random(in: 1...20_000, using: &random), .currency("USD"))
        default: Amount(.random(in: 1...20_000, using: &random), .currency("EUR"))
        }
    }
}

package import CanonicalJSON
package import ServiceLevels
package import Temporal

/// What a policy pays for example delays, computed by the rules that pay it: at each boundary of a tier, a millisecond
/// before and after it, and for typical lengths. Whoever publishes the policy can be held to each line.
package struct WorkedExamples: Hashable, Sendable {
    /// The identity of the policy.
    package let policy: PolicyHash
    /// The deadline of all examples, a Monday at noon in UTC; days are those of UTC.
    package static let due = Instant(milliseconds: 1_767_614_400_000)
    /// In ascending order of their delays.
    package let rows: [Row]

    /// One delay.
    package struct Row: Hashable, Sendable {
        /// How late, in physical time.
        package let delay: Milliseconds
        /// In which incidents: the mildest, and what makes a difference above it.
        package let severity: Severity
        /// The length that the words name: ``delay``, but for a millisecond.
        let named: Milliseconds
        /// What it comes to, by type and unit.
        package let gives: [Gift]
    }

    /// What is given of one type in all.
    package struct Gift: Hashable, Sendable {
        package let type: BenefitType
        package let amount: Amount
    }

    /// A minute, an hour, four hours, a day, three, a week, thirty days.
    private static let typical: [Milliseconds] = [
        .minutes(1), .hours(1), .hours(4), .days(1), .days(3), .days(7), .days(30),
    ]
    /// Of a share of the price: what the request of the examples cost, in minor units.
    private static let price: Int64 = 10_000

    /// - Throws: what the engine does, of which no policy that can be published is known.
    package init(of policy: CompensationPolicy) throws(AssessmentError) {
        self.policy = policy.hash
        var named: [Milliseconds: Milliseconds] = [:]
        for length in Self.typical { named[length] = length }
        for tier in policy.tiers.indices {
            let length = policy.threshold(of: tier, due: Self.due, .utc) - Self.due
            for offset: Int64 in -1...1 { named[Milliseconds(length.count + offset)] = length }
        }
        let severities = Set(policy.tiers.map { $0.severityAtLeast ?? .minor }).union([.minor]).sorted()
        var rows: [Row] = []
        for (delay, length) in named.sorted(by: { $0.key < $1.key }) where delay > .zero {
            for severity in severities {
                let awards = try policy.calculate(Self.facts(delay, severity, policy))
                rows.append(Row(delay: delay, severity: severity, named: length, gives: Self.sums(awards)))
            }
        }
        self.rows = rows
    }

    private static func facts(
        _ delay: Milliseconds, _ severity: Severity, _ policy: CompensationPolicy
    ) -> AssessmentFacts {
        let units = policy.tiers.flatMap(\.benefits).compactMap { $0.amount?.unit }
        let price = units.first(where: \.isMoney).map { Amount(Self.price, $0) }
        return AssessmentFacts(
            policy.objective, due: due, until: due + delay, now: due + delay, isResolved: true,
            of: .init(
                id: "", tenant: policy.metadata.tenant, tier: "standard", type: nil,
                price: price ?? Amount(Self.price, .currency("EUR"))),
            incident: IncidentFacts(cause: .unknown, severity: severity),
            human: .init(hasVerifiedClaim: true))
    }

    private static func sums(_ awards: [Award]) -> [Gift] {
        var gifts: [Gift] = []
        for award in awards {
            if let place = gifts.firstIndex(where: {
                $0.type == award.type && $0.amount.unit == award.amount.unit
            }) {
                let sum = Amount(gifts[place].amount.minor + award.amount.minor, award.amount.unit)
                gifts[place] = Gift(type: award.type, amount: sum)
            } else {
                gifts.append(Gift(type: award.type, amount: award.amount))
            }
        }
        return gifts
    }
}

extension WorkedExamples {
    /// For programs: `{"policy", "due", "price", "examples"}`.
    package var json: JSONObject {
        [
            "policy": .string(policy.text), "due": .string(Self.due.rfc3339),
            "examples": .array(
                rows.map { row in
                    [
                        "delay": .string(row.delay.iso8601), "milliseconds": .integer(row.delay.count),
                        "severity": .string(row.severity.rawValue),
                        "gives": .array(
                            row.gives.map { gift in
                                [
                                    "type": .string(gift.type.rawValue), "unit": .string(gift.amount.unit.rawValue),
                                    "minor": .integer(gift.amount.minor),
                                ]
                            }),
                    ]
                }),
        ]
    }

    /// Of the examples, so that a table that was handed out can be compared.
    package var hash: PolicyHash { PolicyHash(ofCanonical: JSON.object(json).canonicalBytes) }

    /// For people, a sentence each.
    package var words: [String] { rows.map(\.inWords) }
}

extension WorkedExamples.Row {
    fileprivate var inWords: String {
        let length =
            switch delay.count - named.count {
            case 1: "a millisecond more than \(named.inWords)"
            case -1: "a millisecond less than \(named.inWords)"
            default: named.inWords
            }
        let incident = severity == .minor ? "" : " in a \(severity.rawValue) incident"
        let gifts = gives.map { gift in
            gift.type.isUncounted
                ? gift.type.rawValue : "\(gift.amount.unit.inWords(gift.amount.minor)) as \(gift.type.rawValue)"
        }.joined(separator: " and ")
        let sentence = "Late by \(named == .zero ? "a millisecond" : length)\(incident): "
        return sentence + (gifts.isEmpty ? "nothing." : gifts + ".")
    }
}

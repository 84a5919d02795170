import CanonicalJSON
import Settlement
import TestSupport

/// A random policy, counted in ticks of half a second.
struct TickedPolicy {
    struct Benefit {
        let isCredit: Bool
        let unit: String
        let minor: Int64
    }

    struct Pause {
        let reason: String
        let evidence: String
        /// Nil without a maximum.
        let total: Int?
    }

    static let tick: Int64 = 500

    let target: Int
    let pauses: [Pause]
    let tiers: [(over: Int, benefits: [Benefit])]
    let caps: [String: Int64]
    let within: Int
    let isVoidOnCancel: Bool

    init(using random: inout SeededRandom) {
        target = 2 * Int.random(in: 2...20, using: &random)
        pauses = [
            Pause(reason: "awaiting-requester", evidence: "a", total: 2 * Int.random(in: 1...15, using: &random)),
            Pause(reason: "awaiting-requester", evidence: "b", total: 2 * Int.random(in: 1...15, using: &random)),
            Pause(reason: "legal-hold", evidence: "a", total: nil),
        ]
        var over = 0
        tiers = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            defer { over += 2 * Int.random(in: 1...12, using: &random) }
            let benefits = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                let isCredit = Int.random(in: 0..<3, using: &random) > 0
                return Benefit(
                    isCredit: isCredit, unit: isCredit ? ["PFC", "EUR"].randomElement(using: &random) ?? "" : "DAYS",
                    minor: Int64.random(in: 0...9, using: &random))
            }
            return (over, benefits)
        }
        caps = Bool.random(using: &random) ? [:] : ["PFC": Int64.random(in: 0...9, using: &random)]
        within = 2 * Int.random(in: 1...20, using: &random)
        isVoidOnCancel = Bool.random(using: &random)
    }

    private static func span(_ ticks: Int) -> JSON { ["elapsed": .string("PT\(ticks / 2)S")] }

    var serviceLevel: JSON {
        var document =
            PolicyDocuments.serviceLevel(
                target: Self.span(target), onCancel: isVoidOnCancel ? "stop-clock-void" : nil
            ).objectValue ?? [:]
        var spec = document["spec"]?.objectValue ?? [:]
        spec["pause"] = .array(
            pauses.map { pause in
                var json: JSONObject = ["reason": .string(pause.reason), "evidence": .string(pause.evidence)]
                json["maxTotal"] = pause.total.map(Self.span)
                return .object(json)
            })
        document["spec"] = .object(spec)
        return .object(document)
    }

    var compensation: JSON {
        PolicyDocuments.compensation(
            tiers: .array(
                tiers.map { tier in
                    let benefits = tier.benefits.map {
                        $0.isCredit
                            ? PolicyDocuments.credit($0.minor, unit: $0.unit) : PolicyDocuments.premium($0.minor)
                    }
                    return ["over": Self.span(tier.over), "benefits": .array(benefits)]
                }),
            caps: .array(
                caps.map { ["scope": "request", "limit": ["unit": .string($0.key), "minor": .integer($0.value)]] }),
            within: Self.span(within))
    }
}

/// An honest operator with one request, who looks at the clock at every tick.
///
/// Knows no deadline: counts the ticks in which the clock runs, and has broken the promise when they are more than the
/// target. Everything that the recomputation finds by moving a deadline is found here by counting.
struct TickedOperator {
    /// One posting that has been made, in ticks of the request.
    private struct Given {
        let isCredit: Bool
        let unit: String
        let minor: Int64
    }

    let policy: TickedPolicy
    let rid: String
    /// Of the acceptance, in milliseconds.
    let accepted: Int64
    var log: LogBuilder

    private var now = 0
    private var consumed = 0
    /// The tick at which the target was used up.
    private var dueTick: Int?
    private var pause: (index: Int, start: Int, left: Int?)?
    private var isEndUnnoted = false
    private var used: [String: Int] = [:]
    private(set) var isStopped = false
    private(set) var isVoid = false
    private(set) var hasBreach = false
    private var given: [Given] = []
    private var done = 0

    init(_ policy: TickedPolicy, rid: String, accepted: Int64, log: LogBuilder) {
        (self.policy, self.rid, self.accepted, self.log) = (policy, rid, accepted, log)
    }

    private var t: Int64 { accepted + Int64(now) * TickedPolicy.tick }
    /// When the target will be used up if nothing pauses the clock any more.
    private var due: Int64 { t + Int64(policy.target - consumed) * TickedPolicy.tick }
    private var delay: Int { consumed - policy.target }

    var isBroken: Bool { delay > 0 && (!isVoid || hasBreach) }
    var isCompensated: Bool { !given.isEmpty }

    /// Lives through so many ticks.
    mutating func run(ticks: Int, endsAll: Bool, using random: inout SeededRandom) {
        let isLogged = Int.random(in: 0...3, using: &random)
        log.accept(rid, at: accepted, due: due, loggedAt: accepted + Int64(isLogged) * TickedPolicy.tick)
        for tick in 0...ticks {
            now = tick
            if tick >= isLogged { look(isLast: tick == ticks && endsAll, using: &random) }
            if !isStopped, pause == nil {
                consumed += 1
                if consumed == policy.target + 1 { dueTick = tick }
            }
        }
        // The last tick has not passed yet.
        if !isStopped, pause == nil { consumed -= 1 }
    }

    private mutating func look(isLast: Bool, using random: inout SeededRandom) {
        if let running = pause, let left = running.left, now - running.start == left {
            end(at: left)
            isEndUnnoted = true
        }
        pay(everything: false)
        if !isStopped {
            if isLast { stop(isIssued: true) } else { step(Int.random(in: 0..<60, using: &random), using: &random) }
        }
        if isLast || Int.random(in: 0..<4, using: &random) == 0 { pay(everything: true) }
    }

    private mutating func step(_ choice: Int, using random: inout SeededRandom) {
        switch choice {
        case 0: stop(isIssued: true)
        case 1: stop(isIssued: false)
        case 2...9 where pause == nil && delay <= 0: hold(Int.random(in: 0..<policy.pauses.count, using: &random))
        case 2...9 where pause != nil: resume()
        case 10...30 where isEndUnnoted && pause == nil:
            isEndUnnoted = false
            log.resume(rid, at: t, due: due)
        default: break
        }
    }

    private mutating func hold(_ index: Int) {
        let rule = policy.pauses[index]
        let left = rule.total.map { $0 - used[rule.reason, default: 0] }
        guard left ?? 1 > 0 else { return }
        pause = (index, now, left)
        log.hold(
            rid, at: t, until: left.map { t + Int64($0) * TickedPolicy.tick }, reason: rule.reason,
            evidence: rule.evidence)
    }

    private mutating func end(at length: Int) {
        guard let running = pause else { return }
        used[policy.pauses[running.index].reason, default: 0] += length
        pause = nil
    }

    private mutating func resume() {
        guard let running = pause else { return }
        end(at: now - running.start)
        log.resume(rid, at: t, due: due)
    }

    private mutating func stop(isIssued: Bool) {
        resume()
        if isIssued { log.issue(rid, at: t) } else { log.cancel(rid, at: t) }
        isStopped = true
        isVoid = !isIssued && policy.isVoidOnCancel
    }

    /// Pays what is owed: all of it, or only what would be late a tick later.
    private mutating func pay(everything: Bool) {
        guard delay > 0, !isVoid, let dueTick else { return }
        let deadline = accepted + Int64(dueTick) * TickedPolicy.tick
        if !hasBreach, everything || now == dueTick + policy.within {
            log.breach(rid, at: t, due: deadline)
            hasBreach = true
        }
        let places = owed
        let last =
            everything ? places.count : places.lastIndex { now == dueTick + $0.over + policy.within }.map { $0 + 1 }
        for place in places.prefix(last ?? 0).dropFirst(done) { post(place) }
        done = max(done, last ?? 0)
    }

    private typealias Place = (over: Int, tier: Int, benefit: Int)

    /// The benefits of all tiers that are reached, in their order.
    private var owed: [Place] {
        policy.tiers.enumerated().filter { delay > $1.over }.flatMap { tier, terms in
            terms.benefits.indices.map { (terms.over, tier, $0) }
        }
    }

    /// What a place gives, by looking at everything that stands before it and everything given.
    private func amount(_ place: Place, after given: [Given]) -> Int64 {
        let benefit = policy.tiers[place.tier].benefits[place.benefit]
        let before = policy.tiers[...place.tier].enumerated().flatMap { tier, terms in
            tier < place.tier ? terms.benefits : Array(terms.benefits[...place.benefit])
        }
        let isSame = { (isCredit: Bool, unit: String) in isCredit == benefit.isCredit && unit == benefit.unit }
        let highest = before.filter { isSame($0.isCredit, $0.unit) }.map(\.minor).max() ?? 0
        let entitled = min(highest, policy.caps[benefit.unit] ?? .max)
        return entitled - given.filter { isSame($0.isCredit, $0.unit) }.reduce(0) { $0 + $1.minor }
    }

    private mutating func post(_ place: Place) {
        let benefit = policy.tiers[place.tier].benefits[place.benefit]
        let minor = amount(place, after: given)
        guard minor > 0 else { return }
        given.append(Given(isCredit: benefit.isCredit, unit: benefit.unit, minor: minor))
        log.post(
            Posting(
                rid: rid, t: t, tier: place.tier, benefit: place.benefit, minor: minor, unit: benefit.unit,
                type: benefit.isCredit ? "credit" : "premium-extension"))
    }

    /// How many postings are owed, and not made yet.
    var open: Int {
        guard delay > 0, !isVoid else { return 0 }
        var given = given
        return owed.dropFirst(done).count { place in
            let minor = amount(place, after: given)
            let benefit = policy.tiers[place.tier].benefits[place.benefit]
            given.append(Given(isCredit: benefit.isCredit, unit: benefit.unit, minor: max(0, minor)))
            return minor > 0
        }
    }

    /// By unit, what was given.
    var granted: [String: Int64] {
        given.reduce(into: [:]) { $0[$1.unit, default: 0] += $1.minor }
    }
}

import CanonicalJSON
import Console
import Dispatch
import Figures
import Issuance
import Simulation
import Synchronization
import Temporal

extension Measurement {
    static let coupons = Measurement(
        syntax: CommandSyntax(
            "coupons", "Redeem coupons alone, and with a thousand contenders for each of whom one wins.",
            options: [
                .init("rounds", "N", "How many coupons are fought for; 20 if not given."),
                .init("contenders", "N", "How many fight for each; 1000 if not given."),
                .folder, .seconds, .json,
            ],
            example: "measure coupons --rounds 50 --folder /var/lib"),
        run: { arguments, surroundings, terminal in
            let rounds = try arguments.number("rounds", default: 20, in: 1...1000)
            let contenders = try arguments.number("contenders", default: 1000, in: 2...10_000)
            let seconds = try arguments.number("seconds", default: 2)
            let place = try Workplace(in: arguments.folder)
            defer { place.remove() }
            return try CouponRedemptions(place, terminal).report(
                rounds: rounds, contenders: contenders, seconds: seconds,
                syncNanoseconds: surroundings.syncNanoseconds)
        })
}

/// A service whose coupons are redeemed as fast as it answers.
private struct CouponRedemptions {
    private let service: Service
    private let tenant: TenantID
    private let terminal: Terminal

    init(_ place: Workplace, _ terminal: Terminal) throws {
        let service = try place.open().service
        let added = try waitForAnswer { service.addInstitution(named: "Shop", $0) }
        guard let tenant = service.tenant(forKey: added.apiKey) else { throw Wrong() }
        self.service = service
        self.tenant = tenant
        self.terminal = terminal
        _ = try waitForAnswer {
            try service.limitCoupons(at: tenant, unit: "PFC", budget: 1_000_000_000, perAgent: 0, $0)
        }
    }

    func report(
        rounds: Int, contenders: Int, seconds: Int, syncNanoseconds: UInt64
    ) throws -> Report {
        var report = Report(
            "Coupons: one redemption is one durable transaction",
            data: .init(rounds, "coupons that are fought for"), batch: contenders,
            conditions: [("raw", "two syncs for one redemption")])
        let alone = try self.alone(seconds: seconds)
        report.add(
            "alone", perSecond: alone.times.perSecond, raw: 5e8 / Double(syncNanoseconds), times: alone.times,
            [("redemptions", .count(alone.count)), ("winners of each", .count(1))])
        let race = try self.race(rounds: rounds, contenders: contenders)
        report.add(
            "winner among \(contenders)", times: race.winners,
            [("redemptions", .count(rounds)), ("winners of each", .count(race.mostWinners))])
        report.add(
            "everybody among \(contenders)", times: race.all, [("redemptions", .count(rounds * contenders))])
        return report
    }

    /// One after the other, each until it is durable.
    private func alone(seconds: Int) throws -> (count: Int, times: Histogram) {
        let codes = try mint(2000, from: "alone")
        var count = 0
        let times = try Histogram.of(seconds: seconds, maximum: codes.count) { number in
            let won = try waitForAnswer { try present(codes[number], "alone-\(number)", $0) }
            guard won.body["state"] == "redeemed" else { throw Wrong() }
            count += 1
        }
        return (count, times)
    }

    /// A thousand at once for each coupon.
    private func race(
        rounds: Int, contenders: Int
    ) throws -> (winners: Histogram, all: Histogram, mostWinners: Int) {
        let codes = try mint(rounds, from: "race")
        var (winners, all, most): (Histogram, Histogram, Int) = (Histogram(), Histogram(), 0)
        for (round, code) in codes.enumerated() {
            terminal.progress("round \(round + 1) of \(rounds)")
            let times = Mutex<(won: [UInt64], lost: [UInt64])>(([], []))
            let group = DispatchGroup()
            DispatchQueue.concurrentPerform(iterations: contenders) { number in
                group.enter()
                let start = Race.now()
                let finish: Sequencer.Completion = { result in
                    let time = Race.now() - start
                    times.withLock { times in
                        if case .success = result { times.won.append(time) } else { times.lost.append(time) }
                    }
                    group.leave()
                }
                do { try present(code, "race-\(round)-\(number)", finish) } catch { finish(.failure(error)) }
            }
            group.wait()
            let (won, lost) = times.withLock { ($0.won, $0.lost) }
            guard won.count == 1, lost.count == contenders - 1 else { throw Wrong() }
            for time in won { winners.record(time) }
            for time in won + lost { all.record(time) }
            most = max(most, won.count)
        }
        return (winners, all, most)
    }

    private func present(_ code: String, _ key: String, _ reply: @escaping Sequencer.Completion) throws {
        let body: JSON = ["code": .string(code)]
        try service.present(
            try CouponPresentation(body, isReservation: false), at: tenant, from: "",
            under: Idempotency(key: key, asked: "measure", body), reply)
    }

    private func mint(_ count: Int, from name: String) throws -> [String] {
        var codes: [String] = []
        while codes.count < count {
            let body: JSON = [
                "kind": "single-use", "unit": "PFC", "minor": 1, "count": 100, "reason": "promotion",
                "until": .string((Workplace.now() + .days(1)).rfc3339),
            ]
            let draft = try CouponMintDraft(body)
            let idempotency = Idempotency(key: "mint \(name)-\(codes.count)", asked: "measure", body)
            let minted = try waitForAnswer { service.mintCoupons(draft, at: tenant, by: nil, under: idempotency, $0) }
            codes += (minted.body["coupons"]?.arrayValue ?? []).compactMap { $0["code"]?.stringValue }
        }
        return Array(codes.prefix(count))
    }
}

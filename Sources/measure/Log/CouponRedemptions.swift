import CanonicalJSON
import Console
import Dispatch
import Glibc
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
                .init("folder", "DIR", "On the disk to measure; where temporary files go if not given."),
                .seconds, .json,
            ],
            example: "measure coupons --rounds 50 --folder /var/lib"),
        run: { arguments, terminal in
            let rounds = try arguments.number("rounds", default: 20, in: 1...1000)
            let contenders = try arguments.number("contenders", default: 1000, in: 2...10_000)
            let seconds = try arguments.number("seconds", default: 2)
            let temporary = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
            let place = try Workplace(in: arguments.value("folder") ?? temporary)
            defer { place.remove() }
            return try CouponRedemptions(place, terminal).report(
                rounds: rounds, contenders: contenders, seconds: seconds)
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

    func report(rounds: Int, contenders: Int, seconds: Int) throws -> Report {
        var report = Report(
            "Coupons: one redemption is one durable transaction",
            columns: ["what", "redemptions", "p50 ms", "p99 ms", "winners of each"],
            conditions: [("contenders", String(contenders))])
        let alone = try self.alone(seconds: seconds)
        report.add([
            .text("alone"), .count(alone.count), .milliseconds(alone.times.p50), .milliseconds(alone.times.p99),
            .count(1),
        ])
        let race = try self.race(rounds: rounds, contenders: contenders)
        report.add([
            .text("winner among \(contenders)"), .count(rounds), .milliseconds(race.winners.p50),
            .milliseconds(race.winners.p99), .count(race.mostWinners),
        ])
        report.add([
            .text("everybody among \(contenders)"), .count(rounds * contenders), .milliseconds(race.all.p50),
            .milliseconds(race.all.p99), .nothing,
        ])
        return report
    }

    /// One after the other, each until it is durable.
    private func alone(seconds: Int) throws -> (count: Int, times: Latencies) {
        let codes = try mint(2000, from: "alone")
        var count = 0
        let times = try Latencies.of(seconds: seconds, maximum: codes.count) { number in
            let won = try waitForAnswer { try present(codes[number], "alone-\(number)", $0) }
            guard won.body["state"] == "redeemed" else { throw Wrong() }
            count += 1
        }
        return (count, times)
    }

    /// A thousand at once for each coupon.
    private func race(
        rounds: Int, contenders: Int
    ) throws -> (winners: Latencies, all: Latencies, mostWinners: Int) {
        let codes = try mint(rounds, from: "race")
        var (winners, all, most): ([UInt64], [UInt64], Int) = ([], [], 0)
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
            winners += won
            all += won + lost
            most = max(most, won.count)
        }
        return (Latencies(winners), Latencies(all), most)
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

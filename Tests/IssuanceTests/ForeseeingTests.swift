import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import Testing

@Suite("A service that foresees")
struct ForeseeingTests {
    /// Three loads of work, a decision every hour: in each the later ones are too late.
    private func worked() throws -> LadderWorld {
        let world = try LadderWorld()
        try world.forecast()
        for (load, count) in [40, 40, 40].enumerated() {
            let ids = try (0..<count).map { number in
                try world.world.waiting("load \(load) \(number)", holder: "urn:example:person:\(load)-\(number)")
            }.sorted { $0.text < $1.text }
            for id in ids {
                try world.pass(.hours(1))
                try world.approve(id)
            }
        }
        return world
    }

    private let lateLooks: Set<Finding.Kind> = [.lateBreach, .latePayment, .lateEscalation]

    @Test("makes a table of each midnight once, says so in the log, and makes the same again after a restart")
    func refits() throws {
        let world = try worked()
        let service = world.simulated.service
        #expect(service.forecastDocument()["reason"] == "no table was made yet")
        try service.refitForecast()
        try service.refitForecast()
        let fits = try world.world.rows(ForecastRecord.self)
        #expect(fits.count == 1)
        let document = service.forecastDocument()
        #expect(document["method"] == "landmark-slack", "\(document["reason"]?.stringValue ?? "")")
        let entry = try #require(try world.world.rows(EntryRecord.self).first { $0.seq == fits[0].seq })
        #expect(try JSON(parsing: entry.body)["facts"]?["document"] == document["hash"])
        try world.simulated.restart()
        try world.simulated.service.refitForecast()
        #expect(try world.world.rows(ForecastRecord.self).count == 1)
        #expect(world.simulated.service.forecastDocument()["document"] == document["document"])
        try world.pass(.days(1))
        try world.simulated.service.refitForecast()
        #expect(try world.world.rows(ForecastRecord.self).count == 2)
        try world.check(allowing: lateLooks)
    }

    @Test("says that a request is at risk long before its time has passed, once, and when it is expected")
    func foresees() throws {
        let world = try worked()
        try world.simulated.service.refitForecast()
        // Those of one millisecond stand in the order of their names.
        let ids = try (0..<40).map { number in
            try world.world.waiting("now \(number)", holder: "urn:example:person:now-\(number)")
        }.sorted { $0.text < $1.text }
        for _ in 0..<2 {
            let failures = try world.simulated.service.foresee()
            #expect(failures.isEmpty)
        }
        #expect(try world.ladder(of: ids[0]).isEmpty, "the first of the line is in time")
        #expect(try world.ladder(of: ids[39]) == ["request.at-risk forecast", "request.escalated 0 forecast"])
        try world.simulated.restart()
        try world.simulated.service.refitForecast()
        _ = try world.simulated.service.foresee()
        #expect(try world.ladder(of: ids[39]).count == 2)
        let status = try world.simulated.service.statusDocument(ids[39])
        #expect(status["forecast"]?["method"] == "landmark-slack")
        #expect(status["forecast"]?["chance"]?.integerValue ?? 0 > 250_000)
        #expect(status["forecast"]?["atRiskSince"] != nil)
        #expect(status["expectedAt"] != nil && status["forecast"]?["of"]?.integerValue ?? 0 >= 100)
        try world.check(allowing: lateLooks)
    }

    @Test("without a policy, or with too little history, foresees nothing and says why")
    func silent() throws {
        let world = try LadderWorld()
        let id = try world.world.waiting()
        #expect(world.simulated.service.forecastDocument()["reason"] == "no forecast policy is in force")
        try world.simulated.service.refitForecast()
        #expect(try world.world.rows(ForecastRecord.self).isEmpty)
        try world.forecast()
        try world.pass(.minutes(2))
        try world.simulated.service.refitForecast()
        _ = try world.simulated.service.foresee()
        let status = try world.simulated.service.statusDocument(id)
        #expect(status["forecast"]?["method"] == "consumed-fraction")
        #expect(status["forecast"]?["reason"] == "the outcome of 0 requests is known, and 20 are needed")
        #expect(status["expectedAt"] == nil && status["forecast"]?["chance"] == nil)
        try world.check()
    }
}

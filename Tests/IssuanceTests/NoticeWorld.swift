import CanonicalJSON
import Compensation
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

/// A world with ladders in which the shipped plan of notices binds every request.
struct NoticeWorld {
    let ladder: LadderWorld

    var world: World { ladder.world }
    var service: Service { ladder.simulated.service }

    /// - Parameter changes: members of the plan's `spec`, by pointer.
    init(seed: UInt64 = 1, _ changes: [(String, JSON?)] = []) throws {
        ladder = try LadderWorld(seed: seed)
        try ladder.simulated.publish(Self.plan(changes))
        ladder.simulated.clock.advance(by: Milliseconds(1))
    }

    /// The shipped plan, changed.
    static func plan(_ changes: [(String, JSON?)] = []) throws -> JSON {
        try changes.reduce(JSON(parsing: DefaultPolicies.notices)) { $0.replacing("/spec" + $1.0, by: $1.1) }
    }

    /// Lets time pass, looking at everything every five minutes.
    func pass(_ length: Milliseconds, step: Milliseconds = .minutes(5)) throws {
        var left = length
        while left > .zero {
            try ladder.pass(min(left, step))
            try send()
            left = left - step
        }
    }

    func send() throws {
        let failures = try service.sendNotices()
        #expect(failures.isEmpty, "\(failures)")
    }

    /// What a person reads, oldest first.
    func read(_ id: RequestID, in locale: String? = nil) throws -> [JSON] {
        try service.statusDocument(id, in: locale)["notices"]?.arrayValue ?? []
    }

    func texts(_ id: RequestID, in locale: String? = nil) throws -> [String] {
        try read(id, in: locale).map { $0["text"]?.stringValue ?? "" }
    }

    /// What was told by each notice: `breach compensated`.
    func steps(_ id: RequestID) throws -> [String] {
        try read(id).map { ($0["notice"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: " ") }
    }

    func perform(_ action: RequestAction, _ id: RequestID, key: String) throws {
        try world.world.perform(action, on: id, of: world.tenant, key: key)
    }

    func approve(_ id: RequestID) throws { try ladder.approve(id) }
}

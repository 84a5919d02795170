import CanonicalJSON
import Compensation
import ServiceLevels
import Synchronization
import Temporal

/// When promises are looked at, and what anybody may know of those beside the credential.
extension Service {
    /// Assesses requests, each once, but not those at which the same look was in vain not long ago.
    ///
    /// - Returns: what waits for that, and says what failed.
    func assess(_ looks: [VainLooks.Look], at now: Int64) -> () -> [Postponed] {
        var seen: [String: VainLooks.Look] = [:]
        let commands = vainLooks.withLock { vain in
            looks.compactMap { look -> (request: String, command: Command)? in
                guard !vain.holds(look, at: now), let id = RequestID(look.request) else { return nil }
                guard seen.updateValue(look, forKey: look.request) == nil else { return nil }
                return (look.request, .assess(id))
            }
        }
        let finish = sequencer.begin(commands.map(\.command))
        return { [self] in
            zip(commands, finish()).compactMap { command, result in
                switch result {
                case .failure(let error): return (command.request, error)
                case .success(let answer):
                    guard answer.body.isEmpty, let look = seen[command.request] else { return nil }
                    vainLooks.withLock { $0.remember(look, at: now) }
                    return nil
                }
            }
        }
    }

    /// The promises of a request with their deadlines, in the order of the service level.
    func promises(of promise: Promise, in reader: any StoreReader, at now: Instant) throws -> [JSON] {
        let level = promise.serviceLevel
        guard !level.others.isEmpty else { return [] }
        var places: [String: Int] = [:]
        for (place, other) in level.others.enumerated() { places[other.metric.rawValue] = place }
        let rows = try reader.sidePromises(of: promise.record.id).filter { row in
            !(row.metric?.isOfClaims ?? false) || row.ordinal > 0
        }
        let sorted = rows.sorted {
            (places[$0.objective] ?? 0, $0.ordinal) < (places[$1.objective] ?? 0, $1.ordinal)
        }
        return sorted.map { .object($0.status(at: now)) }
    }
}

extension PromiseRecord {
    fileprivate func status(at now: Instant) -> JSONObject {
        var facts: JSONObject = ["objective": .string(objective)]
        if ordinal > 0 { facts["ordinal"] = .integer(ordinal) }
        facts["dueAt"] = due.map { .string(Instant(milliseconds: $0).rfc3339) }
        facts["stoppedAt"] = stoppedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        facts["state"] = isBroken(at: now) ? "broken" : stoppedAt == nil ? "open" : "kept"
        return facts
    }
}

/// Looks at what was due that found nothing to write. Nothing changes a row then, so it would be looked at at every
/// tick; what was found changes only with the row, or with a fact that brings its own look.
struct VainLooks: Sendable {
    /// A row that was due, and when.
    struct Look: Sendable {
        let request: String
        let at: Int64
    }

    private var looks: [String: (at: Int64, lookedAt: Int64)] = [:]

    /// So many are remembered; with more all are looked at again.
    private static let most = 65_536

    /// After an hour it is looked at again, in case something was not thought of.
    private static let interval: Int64 = 3_600_000

    /// Whether the same was looked at in vain.
    func holds(_ look: Look, at now: Int64) -> Bool {
        looks[look.request].map { $0.at == look.at && now - $0.lookedAt < Self.interval } ?? false
    }

    mutating func remember(_ look: Look, at now: Int64) {
        if looks.count >= Self.most { looks = [:] }
        looks[look.request] = (look.at, now)
    }
}

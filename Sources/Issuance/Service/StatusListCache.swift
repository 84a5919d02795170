import Synchronization
import Temporal

/// The status lists that were signed last, so that asking again costs nothing until something changes.
final class StatusListCache: Sendable {
    /// A list is signed anew when it is older than this, so that its `validFrom` tells a verifier that we are alive.
    static let maximumAge = Milliseconds.minutes(1)

    /// Lists kept at a time; each is some tens of kilobytes at most.
    static let maximumCount = 64

    private struct State {
        var generation = 0
        var signed: [String: (list: SignedStatusList, at: Instant, asOf: Int64)] = [:]
    }

    private let state = Mutex(State())

    /// What was signed is out of date: a status or a key changed.
    func invalidate() {
        state.withLock { state in
            state.generation += 1
            state.signed = [:]
        }
    }

    /// A list by its name, signed by `sign` unless a recent signature is there.
    ///
    /// - Parameter change: the last change of a status by anybody, read before.
    func list(
        _ name: String, at now: Instant, asOf change: Int64, sign: () throws -> SignedStatusList
    ) throws -> SignedStatusList {
        let (known, generation) = state.withLock { ($0.signed[name], $0.generation) }
        if let known, known.asOf == change, now >= known.at, now - known.at < Self.maximumAge { return known.list }
        let list = try sign()
        state.withLock { state in
            // What was read before a revocation must not be kept after it.
            guard state.generation == generation else { return }
            if state.signed.count >= Self.maximumCount { state.signed = [:] }
            state.signed[name] = (list, now, change)
        }
        return list
    }
}

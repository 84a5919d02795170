import Synchronization
import Temporal

/// Slows down whoever tries codes: so many refused codes of one holder, or from one address, within a while, and the
/// next are not looked at. Counts in memory, and forgets at a restart; what may be guessed is beyond reach anyway.
final class CouponGuard: Sendable {
    /// Room for a person who mistypes, not for a program that guesses.
    static let mostOfHolder = 10
    /// A shop's till has one address and many customers.
    static let mostOfAddress = 100
    static let window = Milliseconds.minutes(15)
    /// So many are remembered at once; then whoever has been quiet longest is forgotten.
    static let mostRemembered = 20_000

    private struct Tries {
        var count: Int
        var since: Instant
    }

    private struct State {
        var tries: [String: Tries] = [:]
        var failed: [String: Int64] = [:]
    }

    private let state = Mutex(State())

    /// - Parameters:
    ///   - holder: nil when nobody was named.
    ///   - address: empty when the caller has none.
    func check(_ tenant: TenantID, holder: String?, address: String, at now: Instant) throws {
        let isTooMany = state.withLock { state in
            Self.names(tenant, holder, address).contains { name, most in
                state.tries[name].map { now - $0.since < Self.window && $0.count >= most } ?? false
            }
        }
        guard !isTooMany else {
            throw Refusal(
                .tooManyAttempts,
                "Too many codes were wrong. Wait a quarter of an hour, and type the code as it was sent.")
        }
    }

    /// Counts a refused code.
    ///
    /// - Returns: how many were refused at the institution, when that is a power of ten: worth an entry.
    func note(_ tenant: TenantID, holder: String?, address: String, at now: Instant) -> Int64? {
        state.withLock { state in
            for (name, _) in Self.names(tenant, holder, address) {
                if state.tries.count >= Self.mostRemembered { Self.forget(&state, at: now) }
                var tries = state.tries[name] ?? Tries(count: 0, since: now)
                if now - tries.since >= Self.window { tries = Tries(count: 0, since: now) }
                tries.count += 1
                state.tries[name] = tries
            }
            let failed = state.failed[tenant.text, default: 0] + 1
            state.failed[tenant.text] = failed
            return Self.isPowerOfTen(failed) ? failed : nil
        }
    }

    private static func names(
        _ tenant: TenantID, _ holder: String?, _ address: String
    ) -> [(String, Int)] {
        var names: [(String, Int)] = []
        if let holder { names.append(("h\n\(tenant)\n\(holder)", mostOfHolder)) }
        if !address.isEmpty { names.append(("a\n\(tenant)\n\(address)", mostOfAddress)) }
        return names
    }

    private static func forget(_ state: inout State, at now: Instant) {
        state.tries = state.tries.filter { now - $0.value.since < window }
        guard state.tries.count >= mostRemembered else { return }
        let oldest = state.tries.values.map(\.since).sorted()[mostRemembered / 2]
        state.tries = state.tries.filter { $0.value.since > oldest }
    }

    private static func isPowerOfTen(_ number: Int64) -> Bool {
        var rest = number
        while rest > 1, rest % 10 == 0 { rest /= 10 }
        return rest == 1
    }
}

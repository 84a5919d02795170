import Compensation
package import Cryptography
package import Issuance
import Synchronization
package import Temporal
package import TransparencyLog

/// A clock that stands until it is moved, forwards or backwards.
package final class ManualClock: Sendable {
    private let instant: Mutex<Instant>

    package init(_ instant: Instant) { self.instant = Mutex(instant) }

    /// What the clock shows.
    package var now: Instant { instant.withLock { $0 } }

    /// Moves the clock by a length of time, which may be negative.
    package func advance(by length: Milliseconds) { instant.withLock { $0 = $0 + length } }
}

/// Everything around a simulated service: time, chance, keys and anchor.
package final class SimulatedSurroundings: Sendable {
    package let clock: ManualClock
    package let keys: Service.Keys
    /// The key that the log is opened with.
    package let logKey: Ed25519PrivateKey
    /// The private keys of the log; tests may add some, and take some away.
    package let logKeys: SimulatedLogVault
    /// Where the keys of issuers are; tests may add some.
    package let vault: SimulatedVault
    /// The name of the key of the issuer `default`.
    package let issuerKey: String
    /// SplitMix64; all that happens by chance follows from the seed.
    private let random: Mutex<UInt64>
    /// Of every other seed batches are decided as under load.
    private let isAlwaysAhead: Bool
    private let anchor: Mutex<TreeHead?>
    private let haltReason = Mutex<String?>(nil)
    /// What every zone of the made-up time zone database does, and its release.
    private let zones = Mutex((rule: "CET-1CEST,M3.5.0,M10.5.0/3", release: "2026a"))

    package init(seed: UInt64, at instant: Instant) {
        clock = ManualClock(instant)
        let vault = SimulatedVault()
        self.vault = vault
        random = Mutex(seed)
        isAlwaysAhead = seed % 2 == 1
        anchor = Mutex(TreeHead(size: 0, root: MerkleTree.emptyRoot))
        do {
            issuerKey = vault.add(.ed25519(try Ed25519PrivateKey(seed: [UInt8](repeating: 1, count: 32))))
            logKey = try Ed25519PrivateKey(seed: [UInt8](repeating: 2, count: 32))
            let logKeys = try SimulatedLogVault(origin: Self.origin, first: logKey)
            self.logKeys = logKeys
            keys = Service.Keys(
                log: LogKeyVault { try logKeys.key($0) }, vault: KeyVault { try vault.key($0) },
                coupons: CouponVault { CouponKey(version: $0, secret: [UInt8](repeating: UInt8($0), count: 32)) })
        } catch {
            preconditionFailure("32 bytes are a seed: \(error)")
        }
    }

    /// What is around another node of the same service: the same clock and keys, chance and an anchor of its own.
    package init(besides other: SimulatedSurroundings, seed: UInt64) {
        clock = other.clock
        keys = other.keys
        (logKey, logKeys, vault, issuerKey) = (other.logKey, other.logKeys, other.vault, other.issuerKey)
        random = Mutex(seed)
        isAlwaysAhead = seed % 2 == 1
        anchor = Mutex(other.anchored)
    }

    /// The name of every simulated log.
    package static let origin = "simulation.example"

    /// The head that was made durable outside the store.
    package var anchored: TreeHead? { anchor.withLock { $0 } }

    /// Why the service would have stopped the process, if it would have.
    package var halted: String? { haltReason.withLock { $0 } }

    /// The same number of bytes, different ones at each call.
    package func randomBytes(_ count: Int) -> [UInt8] {
        random.withLock { state in
            (0..<count).map { _ in
                state &+= 0x9E37_79B9_7F4A_7C15
                var z = state
                z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
                z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
                return UInt8(truncatingIfNeeded: (z ^ (z >> 31)) >> 24)
            }
        }
    }

    /// Every zone of the time zone database does something else from now on.
    ///
    /// - Parameter rule: like the variable `TZ` of POSIX.
    package func installZones(_ rule: String, release: String) { zones.withLock { $0 = (rule, release) } }

    /// A zone of the made-up database: its clocks never did anything but follow the rule.
    package func zone() throws -> InstalledZone {
        let (text, release) = zones.withLock { $0 }
        let rule = try YearlyRule(posix: text)
        let rules = try TimeZoneRules(initialOffset: rule.standardOffset, transitions: [], rule: rule)
        return InstalledZone(release: release, rules: rules)
    }

    /// What a service is given of all this, with a store.
    package func surroundings(_ store: any Store) -> Service.Surroundings {
        var surroundings = Service.Surroundings(
            store: store, keys: keys, now: { [clock] in clock.now }, randomBytes: { self.randomBytes($0) },
            anchored: anchored, anchor: { head in self.anchor.withLock { $0 = head } },
            halt: { why in self.haltReason.withLock { $0 = why } })
        surroundings.zones = { _ in try self.zone() }
        surroundings.isAlwaysAhead = isAlwaysAhead
        return surroundings
    }

    /// A new process: nothing has stopped it yet.
    package func restart() { haltReason.withLock { $0 = nil } }
}

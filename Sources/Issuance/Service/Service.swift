import CanonicalJSON
import Credentials
package import Cryptography
import ServiceLevels
import Synchronization
package import Temporal
package import TransparencyLog

/// The issuer as one value to hold: commands go in, promises are kept, and what may be known comes out.
package final class Service: Sendable {
    let store: any Store
    let signers: Signers
    let vault: KeyVault
    let logVault: LogKeyVault
    /// Whether commands are taken now.
    package let readiness: Readiness
    let origin: String
    /// Where the service is found.
    let url: String
    let now: @Sendable () -> Instant
    /// Yields as many random bytes as it is asked for.
    let randomBytes: @Sendable (Int) -> [UInt8]
    let committer: Committer
    /// For commands that were prepared elsewhere; whoever asks for something calls the methods of the service.
    package let sequencer: Sequencer
    /// What the sequencer did since the start, in numbers.
    package let meters: ServiceMeters
    let statusIndexes: StatusIndexes
    let zones: @Sendable (ZoneName) throws -> InstalledZone
    let statusLists = StatusListCache()
    /// Slows down whoever guesses codes.
    let couponGuard = CouponGuard()
    /// Until when expired lots were booked.
    let booked = Mutex<Instant?>(nil)
    /// Under the lock: written by whoever foresees, read by reports.
    let foresight = Mutex(Foresight())
    /// The size of the newest checkpoint that satisfies the service's own policy of witnesses; nil while none does.
    let witnessedSize = Mutex<UInt64?>(nil)
    /// One proof of coverage is made at a time: each walks over all requests.
    let isProvingCoverage = Atomic(false)
    /// Under the lock: written by whoever tends the incidents, read by reports.
    let incidentWalks = Mutex(IncidentWalks())
    /// What was looked at in vain.
    let vainLooks = Mutex(VainLooks())
    /// What this node calls itself; empty until it does, and for ever where there are no others.
    let node = Mutex([UInt8]())

    /// What a service needs of the world; programs name the real things, simulations others.
    package struct Surroundings: Sendable {
        package var store: any Store
        package var keys: Keys
        package var now: @Sendable () -> Instant
        package var randomBytes: @Sendable (Int) -> [UInt8]
        /// The head that was last made durable outside the database, and how to write the next. Throws `AnchorError`.
        package var anchored: TreeHead?
        package var anchor: @Sendable (TreeHead) throws -> Void
        /// Stops the process: only a restart can tell what is true. Where it returns, as in a simulation, the store
        /// refuses everything from then on.
        package var halt: @Sendable (String) -> Void
        /// Hears of every event once it is durable, with the sequence number of its entry; on the sequencer's thread.
        package var observe: @Sendable (LogEvent, Int64) -> Void
        /// The rules of a zone as the time zone database of this machine has them, and its release; needed once, when
        /// a calendar is published.
        package var zones: @Sendable (ZoneName) throws -> InstalledZone = { throw NoZoneDatabase(zone: $0) }
        /// Whether commands are taken; whoever finds a reason why not says it here.
        package var readiness = Readiness()
        /// Hears that a transaction was refused for want of space; whoever can tell when there is some again may close
        /// the service (``Readiness``) until then.
        package var diskIsFull: @Sendable () -> Void = {}
        /// Gives up the space that is kept for what must be written to a full disk.
        package var releaseHeadRoom: @Sendable () -> Void = {}
        /// Counts what the sequencer does.
        package var meters = ServiceMeters()
        /// Whether every batch is decided ahead of its transaction, as a service does under load: for simulations,
        /// which would seldom come to it.
        package var isAlwaysAhead = false

        package init(
            store: any Store, keys: Keys, now: @escaping @Sendable () -> Instant,
            randomBytes: @escaping @Sendable (Int) -> [UInt8], anchored: TreeHead?,
            anchor: @escaping @Sendable (TreeHead) throws -> Void, halt: @escaping @Sendable (String) -> Void,
            observe: @escaping @Sendable (LogEvent, Int64) -> Void = { _, _ in }
        ) {
            self.store = store
            self.keys = keys
            self.now = now
            self.randomBytes = randomBytes
            self.anchored = anchored
            self.anchor = anchor
            self.halt = halt
            self.observe = observe
        }
    }

    /// The secrets of a service.
    package struct Keys: Sendable {
        /// Those that sign checkpoints.
        package let log: LogKeyVault
        /// Those that sign credentials.
        package let vault: KeyVault
        /// Those that coupon codes follow from.
        package let coupons: CouponVault

        package init(log: LogKeyVault, vault: KeyVault, coupons: CouponVault = .empty) {
            self.coupons = coupons
            self.log = log
            self.vault = vault
        }
    }

    /// Takes up a log where it ends.
    ///
    /// - Throws: `StartupRefusal` when the log is not the one that was anchored, or its end does not hold.
    package init(_ surroundings: Surroundings) throws {
        try IncidentBackfill.fill(surroundings.store)
        let start = try surroundings.store.read { try Startup(reading: $0, surroundings) }
        store = surroundings.store
        now = surroundings.now
        randomBytes = surroundings.randomBytes
        zones = surroundings.zones
        origin = start.origin
        url = start.opened.url
        vault = surroundings.keys.vault
        logVault = surroundings.keys.log
        readiness = surroundings.readiness
        signers = Signers(vault, url: url)
        committer = Committer(surroundings, origin: origin, signers: start.signers, state: start.state)
        meters = surroundings.meters
        sequencer = Sequencer(
            committer, isAlwaysAhead: surroundings.isAlwaysAhead, meters: surroundings.meters, now: now)
        statusIndexes = try store.read { try StatusIndexes($0) }
    }

    /// Makes a new log: its first entries are who issues, and the policies that hold from the start.
    ///
    /// - Parameters:
    ///   - logKey: signs its checkpoints from the first on.
    ///   - issuer: the one called `default`, which also signs receipts, and so has no RSA key.
    package static func create(
        _ surroundings: Surroundings, origin: String, url: String, logKey: Ed25519PrivateKey, issuer: NewIssuer,
        policies: [[UInt8]]
    ) throws {
        // It begins the addresses of status lists, so it must be able to.
        _ = try URI(url)
        let signer = NoteSigner(name: try KeyName(origin), privateKey: logKey)
        let committer = Committer(
            surroundings, origin: origin, signers: LogSigners([signer]), state: .empty(origin: origin))
        let key = try surroundings.keys.vault.key(issuer.key)
        let first = try issuer.events(key.publicKey, url: url, at: surroundings.now())
        // Refuses a key that receipts cannot be signed with.
        _ = try CredentialSigner(first.issuer, first.key, key, url: url).secure([:], at: surroundings.now())
        let opened = LogOpened(issuer: first.key.did, logKey: signer.verifierKey.vkey, url: url)
        let commands =
            [Command.openLog(opened), .addIssuer(first.issuer, first.key)]
            + (try policies.map { .publishPolicy(try PolicyDocument(parsing: $0)) })
        let results = committer.commit(commands.map(PreparedCommand.init), at: surroundings.now())
        for result in results { _ = try result.get() }
    }

    /// Waits until the commands that were taken so far have been answered.
    package func finish() { sequencer.finish() }

    /// Everything for which a new request would be refused now, whoever sends it; empty when the service is ready.
    package var obstacles: [String] {
        let isFull = sequencer.depths.institutions >= Sequencer.maximumQueue
        return readiness.obstacles.map(\.rawValue) + (isFull ? ["queue-full"] : [])
    }

    /// What every request needs to know: who may ask, and what is promised.
    var directory: Directory { committer.directory }

    var couponKeys: CouponKeys { committer.couponKeys }

    /// The institution that has this API key; nil when none has.
    package func tenant(forKey apiKey: String) -> TenantID? {
        let digest = SHA256.hash(Array(apiKey.utf8)).bytes
        if let tenant = directory.tenants[digest] { return tenant }
        // Another node may have added it. Where that cannot be found out, nobody is let in.
        guard store.isShared, (try? follow()) != nil else { return nil }
        return directory.tenants[digest]
    }
}

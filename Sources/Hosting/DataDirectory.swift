import Compensation
import Cryptography
import Glibc
package import Issuance
import PostgreSQLStorage
import SQLiteStorage
import StatusLists
package import Storage
package import Temporal
package import TransparencyLog
package import ZoneDatabase

/// The folder of one service.
package struct DataDirectory: Sendable {
    package let path: String
    /// Where the store is, when that is said and not asked of the directory.
    package var store: StoreAddress?

    package init(_ path: String) { self.path = path }

    package var database: String { path + "/punctual.sqlite" }
    package var anchor: String { path + "/anchor" }
    package var socket: String { path + "/control.sock" }
    package var verifierKey: String { path + "/log.vkey" }
    /// What was found that only a fork can explain; while it is there, nothing is signed.
    package var forkEvidence: String { path + "/fork-evidence.json" }
    var keys: String { path + "/keys" }
    /// Where the private key of a public key with that thumbprint is.
    func issuerKey(_ thumbprint: String) -> String { keys + "/issuer-\(thumbprint).pem" }
    /// Space that is kept for when the disk is full.
    var headRoom: String { path + "/headroom" }

    /// What the machine gives: programs name the real things.
    package struct Machine: Sendable {
        package var now: @Sendable () -> Instant
        package var randomBytes: @Sendable (Int) -> [UInt8]
        /// Opens encrypted key files; nil when they are not.
        package var passphrase: [UInt8]?
        /// Stops the process with a word of why.
        package var halt: @Sendable (String) -> Void
        /// Hears of every event once it is durable, with the sequence number of its entry.
        package var observe: @Sendable (LogEvent, Int64) -> Void
        /// Nanoseconds of a clock that only goes forward, to measure with; without one all times are 0.
        package var ticks: @Sendable () -> Int64 = { 0 }
        /// Where published calendars find the rules of their zones.
        package var zones = ZoneDatabase()

        package init(
            now: @escaping @Sendable () -> Instant, randomBytes: @escaping @Sendable (Int) -> [UInt8],
            passphrase: [UInt8]? = nil, halt: @escaping @Sendable (String) -> Void,
            observe: @escaping @Sendable (LogEvent, Int64) -> Void = { _, _ in }
        ) {
            self.now = now
            self.randomBytes = randomBytes
            self.passphrase = passphrase
            self.halt = halt
            self.observe = observe
        }
    }

    /// What a new service is called.
    package struct Identity: Sendable {
        /// The name of the log: a host name, perhaps with a path, without a scheme.
        package let origin: String
        /// Where the service will be found.
        package let url: String
        /// The policies that hold from the start.
        package let policies: [[UInt8]]
        /// How the issuer `default` is called.
        package let method: DIDMethod
        /// Which statuses its credentials have.
        package let statuses: [StatusOffer]

        package init(
            origin: String, url: String? = nil, method: DIDMethod = .key,
            statuses: [StatusOffer] = [StatusOffer(.revocation)], policies: [[UInt8]]
        ) {
            self.origin = origin
            self.url = url ?? "https://" + origin
            self.method = method
            self.statuses = statuses
            self.policies = policies
        }
    }

    /// Makes keys, database, anchor and log. Where one of them is, nothing is made.
    ///
    /// - Returns: the public key of the log, as C2SP writes it.
    package func create(_ identity: Identity, on machine: Machine) throws -> String {
        try makeFolder(path)
        if case .database(let url) = try storeAddress(), try PostgreSQLStore.contents(at: url).tableCount > 0 {
            throw HostingError(
                "\(try storeAddress()) has tables already; give a database, or a schema "
                    + "(options=-csearch_path%3DNAME), without any. Nothing was made")
        }
        try makeFolder(keys)
        let logKey = try Ed25519PrivateKey(seed: machine.randomBytes(32))
        let verifierKey = NoteSigner(name: try KeyName(identity.origin), privateKey: logKey).verifierKey
        try KeyFile.write(logKey, to: firstLogKey, passphrase: machine.passphrase)
        let issuerKey = try makeIssuerKey(.edDSA, on: machine)
        try makeCouponKey(version: CouponKey.versions.lowerBound, on: machine)
        try HeadRoom(headRoom).take()
        if let address = self.store { try remember(address) }
        let store = try makeStore(create: true)
        let anchorFile = try AnchorFile.create(anchor)
        try Service.create(
            surroundings(store, anchorFile, machine), origin: identity.origin, url: identity.url, logKey: logKey,
            issuer: NewIssuer(method: identity.method, statuses: identity.statuses, key: issuerKey),
            policies: identity.policies)
        try publish([verifierKey])
        try store.close()
        return verifierKey.vkey
    }

    /// Opens the service for writing; one process at a time can.
    ///
    /// - Throws: `StartupRefusal` when the log is not the one that was anchored, or there is evidence against it.
    package func open(on machine: Machine) throws -> (service: Service, store: any HostedStore) {
        try open(on: machine, SpaceKeeper(HeadRoom(headRoom)) { _ in })
    }

    func open(on machine: Machine, _ keeper: SpaceKeeper) throws -> (service: Service, store: any HostedStore) {
        try refuseEvidence()
        if isThere(unprovenCopy) { keeper.readiness.raise(.unprovenCopy) }
        let store = try openStore()
        _ = try AnchorFile.read(anchor)
        var surroundings = surroundings(store, try AnchorFile.open(anchor), machine)
        surroundings.readiness = keeper.readiness
        surroundings.diskIsFull = { keeper.diskIsFull() }
        surroundings.releaseHeadRoom = { keeper.releaseHeadRoom() }
        let service = try Service(surroundings)
        if let address = self.store { try remember(address) }
        // For others to read: that it cannot be written on a full disk is no reason not to serve.
        try? publish(service.logKeys)
        return (service, store)
    }

    /// Makes every check of a start on a store, and writes nothing.
    ///
    /// - Returns: the keys of the log.
    /// - Throws: `StartupRefusal`.
    func checkStart(on store: any Store, anchored: TreeHead?, on machine: Machine) throws -> [VerifierKey] {
        let keys = Service.Keys(log: logVault(machine), vault: vault(machine), coupons: couponVault(machine))
        let surroundings = Service.Surroundings(
            store: store, keys: keys, now: machine.now, randomBytes: machine.randomBytes, anchored: anchored,
            anchor: { _ in throw AnchorError("nothing is written here") }, halt: machine.halt)
        return try Service(surroundings).logKeys
    }

    /// Opens the database to look at it, whether the service runs or not. The anchor is read first, so that what is
    /// seen of the database is never older than it.
    ///
    /// - Returns: the anchored head, or nil when the anchor cannot be read.
    package func openReader() throws -> (reader: any StoreView, anchored: TreeHead?) {
        let anchored = try? AnchorFile.read(anchor).head
        return (try openView(), anchored)
    }

    /// Gives `body` a store of the same shape with nothing in it, which is gone afterwards.
    ///
    /// - Parameter folder: where to make it; it must exist.
    package static func withScratchStore<Result>(
        in folder: String, _ body: (any Store) throws -> Result
    ) throws -> Result {
        let path = folder + "/scratch.sqlite"
        defer { for suffix in ["", "-wal", "-shm", ".lock"] { _ = unsafe unlink(path + suffix) } }
        return try body(try SQLiteStore(path: path, schema: .service, create: true))
    }

    private func surroundings(
        _ store: any Store, _ anchorFile: AnchorFile, _ machine: Machine
    ) -> Service.Surroundings {
        let meters = ServiceMeters(ticks: machine.ticks)
        var surroundings = Service.Surroundings(
            store: store,
            keys: Service.Keys(log: logVault(machine), vault: vault(machine), coupons: couponVault(machine)),
            now: machine.now,
            randomBytes: machine.randomBytes, anchored: anchorFile.head,
            anchor: { head in try meters.anchoring { try anchorFile.write(head) } },
            halt: machine.halt, observe: machine.observe)
        surroundings.meters = meters
        let zones = machine.zones
        surroundings.zones = { InstalledZone(release: try zones.release(), rules: try zones.rules(of: $0)) }
        return surroundings
    }

    /// Makes a folder for the owner alone, unless it is there, and its name durable.
    private func makeFolder(_ path: String) throws {
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw HostingError("\(path) cannot be made: \(systemError())")
        }
        // A parent that we may not read keeps its names without our help.
        try? syncFolder(path.folder)
    }
}

/// The machine does not give what the service needs.
package struct HostingError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension Schema {
    /// The tables of the service, migration by migration.
    package static let service = Schema(migrations: Tables.migrations)
}

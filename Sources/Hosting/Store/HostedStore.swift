package import Issuance
import PostgreSQLStorage
import SQLiteStorage

/// A store as a running service keeps it: beside the port, the chores of one that lives in files here. A store
/// somewhere else has nothing to do.
package protocol HostedStore: Store {
    /// Does what is worth doing when no command waits.
    func checkpointIfDue() throws

    /// Makes what room can be made.
    ///
    /// - Returns: whether that is done.
    func emptyLog() throws -> Bool

    /// Whether so much more could be written now, when it was found full before.
    func hasRoom(forBytes count: Int) -> Bool

    /// Leaves everything where somebody who copies it expects it. Whatever is asked of the store afterwards is refused.
    ///
    /// - Returns: false when somebody who reads keeps it from that; nothing is lost then.
    @discardableResult
    func close() throws -> Bool
}

extension HostedStore {
    /// Nothing waits to be moved.
    package func checkpointIfDue() throws {}
    /// There is none.
    package func emptyLog() throws -> Bool { true }
    /// The head-room says it.
    package func hasRoom(forBytes count: Int) -> Bool { true }
}

extension SQLiteStore: HostedStore {}
extension PostgreSQLStore: HostedStore {}

/// Reads what a service has stored, whether it runs or not.
package protocol StoreView: Sendable {
    /// Runs `body` on an unchanging snapshot that holds every transaction committed before the call.
    func read<Result>(_ body: (any StoreReader) throws -> Result) throws -> Result
}

extension SQLiteReader: StoreView {}
extension PostgreSQLReader: StoreView {}

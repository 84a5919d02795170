import CPostgreSQL
import Glibc
import Issuance

/// One connection of libpq, from its first to its last moment in pipeline mode: statements are sent one behind the
/// other, and their answers are taken together behind a synchronisation.
///
/// Every wait has an end. After an error of the connection itself nothing more is sent (`isLost`).
@safe final class Wire {
    private let handle: OpaquePointer
    private let address: ServerAddress
    /// Whether the connection is gone; a statement whose answer had not come may or may not have been done.
    private(set) var isLost = false
    /// How long to wait without hearing anything.
    var patienceMilliseconds = usualPatienceMilliseconds

    /// Longer than the server lets any statement run, so that its own word comes first.
    static let usualPatienceMilliseconds: Int32 = 45_000

    init(_ address: ServerAddress) throws(StoreError) {
        guard let handle = unsafe address.connect() else { throw .unavailable("no memory to connect to \(address)") }
        unsafe self.handle = handle
        self.address = address
        guard unsafe PQstatus(handle) == CONNECTION_OK else { throw lost() }
        // Notices would go to the standard error stream.
        unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
        guard unsafe PQsetnonblocking(handle, 1) == 0 && PQenterPipelineMode(handle) == 1 else { throw lost() }
    }

    deinit { unsafe PQfinish(handle) }

    /// Sends a text to be prepared under a name; with an empty name it replaces the one before.
    func prepare(_ name: String, _ text: String, _ types: [Oid]) throws(StoreError) {
        try require(unsafe PQsendPrepare(handle, name, text, Int32(types.count), types))
    }

    /// Sends the values for a prepared statement.
    func run(_ name: String, _ values: Parameters) throws(StoreError) {
        let sent = unsafe PQsendQueryPrepared(
            handle, name, values.count, values.pointers, values.lengths, values.formats, 1)
        try require(sent)
    }

    /// Sends a statement that takes nothing.
    func run(text: String) throws(StoreError) {
        try require(unsafe PQsendQueryParams(handle, text, 0, nil, nil, nil, nil, 1))
    }

    /// Sends everything and a synchronisation: what comes before it is done, or refused from some statement on.
    func synchronise() throws(StoreError) {
        try require(unsafe PQpipelineSync(handle))
        while true {
            switch unsafe PQflush(handle) {
            case 0: return
            case 1:
                // The server may want to be rid of answers before it reads on.
                let ready = try wait(for: POLLIN | POLLOUT)
                if ready & Int16(POLLIN) != 0 { try consume() }
            default: throw lost()
            }
        }
    }

    /// Rows of the statement whose answer comes next are given one by one.
    func askForSingleRows() { _ = unsafe PQsetSingleRowMode(handle) }

    /// The next answer; nil when the statement has no more.
    func answer() throws(StoreError) -> Answer? {
        while unsafe PQisBusy(handle) != 0 {
            _ = try wait(for: POLLIN)
            try consume()
        }
        guard let result = unsafe PQgetResult(handle) else { return nil }
        let answer = unsafe Answer(result)
        if case .refused(let refusal) = answer.outcome {
            let isOpen = unsafe PQstatus(handle) == CONNECTION_OK
            if refusal.isFatal || !isOpen { throw lost(refusal.message) }
        }
        return answer
    }

    /// The answer to `synchronise`.
    func takeSynchronisation() throws(StoreError) {
        guard case .synchronised? = try answer()?.outcome else {
            throw lost("the answers are not those to our questions")
        }
    }

    private func consume() throws(StoreError) {
        guard unsafe PQconsumeInput(handle) == 1 else { throw lost() }
    }

    private func wait(for events: Int32) throws(StoreError) -> Int16 {
        var descriptor = pollfd(fd: unsafe PQsocket(handle), events: Int16(events), revents: 0)
        while true {
            let count = unsafe poll(&descriptor, 1, patienceMilliseconds)
            if count > 0 { return descriptor.revents }
            guard count < 0, errno == EINTR else { break }
        }
        throw lost("the server has said nothing for \(patienceMilliseconds / 1000) seconds")
    }

    private func require(_ sent: Int32) throws(StoreError) {
        guard sent == 1 else { throw lost() }
    }

    private func lost(_ said: String? = nil) -> StoreError {
        isLost = true
        return address.error(said ?? (unsafe String(cString: PQerrorMessage(handle))))
    }
}

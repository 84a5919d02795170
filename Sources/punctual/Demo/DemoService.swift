import CanonicalJSON
import Compensation
import Console
import Glibc
import HTTPClient
import HTTPServer
import Hosting
import Issuance
import Synchronization

/// A service that lives as long as the demo: in a temporary directory, on a free port, with institutions of its own.
final class DemoService: Sendable {
    let directory: DataDirectory
    let url: String
    let counts: DemoCounts
    private let host: Host
    /// API keys by the name of the institution.
    private let apiKeys: [String: String]

    init(_ people: [DemoPerson], policies: [[UInt8]]) throws {
        directory = DataDirectory(try Machine.temporaryFolder())
        let counts = DemoCounts()
        self.counts = counts
        let machine = try Machine.forService(passphraseFile: nil) { event, _ in counts.count(event) }
        let port = try Self.freePort()
        url = "http://127.0.0.1:\(port)"
        _ = try directory.create(
            DataDirectory.Identity(origin: "demo.example/log", url: url, policies: DefaultPolicies.documents),
            on: machine)
        host = try Host(
            directory, on: machine,
            Host.Configuration(address: .tcp(host: "127.0.0.1", port: port)) { Terminal().note($0) })
        for policy in policies { _ = try Self.operate("/operator/policies", policy, directory, machine) }
        var apiKeys: [String: String] = [:]
        for name in Set(people.map(\.institution)).sorted() {
            let body: JSON = ["name": .string(name)]
            let added = try Self.operate("/operator/institutions", body.canonicalBytes, directory, machine)
            apiKeys[name] = added["apiKey"]?.stringValue
        }
        self.apiKeys = apiKeys
    }

    func stop() { host.stop(graceMilliseconds: 5000) }

    /// Removes the directory.
    func remove() {
        for folder in ["/keys", ""].map({ directory.path + $0 }) {
            for name in Machine.names(in: folder) { _ = unsafe unlink("\(folder)/\(name)") }
            _ = unsafe rmdir(folder)
        }
    }

    /// Sends a request of an institution, as an institution would.
    func send(
        _ method: String, _ path: String, of institution: String, key: String, _ body: JSON, _ client: HTTPClient
    ) throws -> JSON {
        let request = HTTPClient.Request(
            method, url + path,
            headers: [
                .init("Authorization", "Bearer \(apiKeys[institution] ?? "")"), .init("Idempotency-Key", key),
                .init("Content-Type", "application/json"),
            ], body: method == "GET" ? [] : body.canonicalBytes)
        let response = try client.send(request)
        let answer = try JSON(parsing: response.body)
        guard (200...299).contains(response.status) else {
            throw Failure("\(method) \(path): \(answer["detail"]?.stringValue ?? String(response.status))")
        }
        return answer
    }

    /// Fetches a public page.
    func fetch(_ url: String, _ client: HTTPClient) throws -> [UInt8] {
        let response = try client.send(HTTPClient.Request("GET", url))
        guard response.status == 200 else { throw Failure("\(url) answered \(response.status).") }
        return response.body
    }

    private static func operate(
        _ path: String, _ body: [UInt8], _ directory: DataDirectory, _ machine: DataDirectory.Machine
    ) throws -> JSON {
        let answer = try Operator.send(path, body, to: directory, on: machine)
        guard answer.status == 201 else { throw Failure("\(path): \(answer.body["detail"]?.stringValue ?? "")") }
        return answer.body
    }

    /// A port that nobody listens on now: the address of a service must be known before its log is opened.
    private static func freePort() throws -> UInt16 {
        let probe = try HTTPServer(HTTPServer.Configuration(address: .tcp(host: "127.0.0.1", port: 0))) { _, _ in }
        defer { probe.stop(graceMilliseconds: 0) }
        guard case .tcp(_, let port) = probe.address else { throw Failure("no free port was found") }
        return port
    }
}

/// What happened so far, counted from the service's own events.
final class DemoCounts: Sendable {
    struct Values: Sendable {
        var accepted = 0
        var issued = 0
        var late: Set<RequestID> = []
        var compensated: Set<RequestID> = []
    }

    /// Under the lock: counted by the sequencer's thread, read by the one that shows.
    private let state = Mutex(Values())

    var values: Values { state.withLock { $0 } }

    func count(_ event: LogEvent) {
        state.withLock { values in
            switch (event.event, event.request) {
            case (.requestAccepted, _): values.accepted += 1
            case (.credentialIssued, _): values.issued += 1
            case (.promiseBroken, let id?): values.late.insert(id)
            case (.compensationPosted, let id?): values.compensated.insert(id)
            default: break
            }
        }
    }
}

import CanonicalJSON
import Dispatch
import Foundation
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// `Operations` in the catalogue of the room Hosting, seen with real processes.
@Suite("Operations")
struct OperationsTests {
    private let service: TestService

    init() throws { service = try TestService() }

    private func get(_ url: String, _ socket: String? = nil) throws -> HTTPClient.Response {
        var options = HTTPClient.Options()
        options.unixSocketPath = socket
        return try HTTPClient(options).send(HTTPClient.Request("GET", url))
    }

    private func metrics() throws -> ExpositionReader {
        let answer = try get("http://localhost/metrics", service.data + "/control.sock")
        #expect(answer.status == 200)
        let type = answer.headers.first { $0.name.lowercased() == "content-type" }?.value
        #expect(type == "text/plain; version=0.0.4; charset=utf-8")
        return try ExpositionReader(String(decoding: answer.body, as: UTF8.self))
    }

    @Test("the metrics are a page of the format, count what was done, and name nobody")
    func page() throws {
        let running = try service.serve()
        for number in 0..<5 {
            let body = requestBody(holder: "urn:x:\(number)").canonicalBytes
            #expect(try running.send("POST", "/v1/requests", key: "key-\(number)", body).status == 201)
        }
        let waiting = requestBody(holder: "urn:x:waits", review: "manual").canonicalBytes
        #expect(try running.send("POST", "/v1/requests", key: "waits", waiting).status == 202)
        #expect(try running.send("GET", "/nowhere").status == 404)
        let page = try metrics()
        #expect(page.value("punctual_requests_accepted_total") == "6")
        #expect(page.value("punctual_requests_ended_total") == "5")
        #expect(page.value("punctual_requests_in_flight") == "1")
        #expect(page.value("punctual_missed_requests") == "0")
        #expect(page.value("punctual_ready") == "1")
        #expect(page.value("punctual_obstacle", ["reason": "no-space"]) == "0")
        let requests = ["method": "POST", "route": "/v1/requests", "status": "2xx"]
        #expect(page.value("punctual_http_requests_total", requests) == "6")
        let lost = ["method": "other", "route": "none", "status": "4xx"]
        #expect(page.value("punctual_http_requests_total", lost) == "1")
        #expect(page.value("punctual_http_request_duration_seconds_count", ["kind": "write"]) == "6")
        #expect(page.value("punctual_queue_commands", ["party": "institutions"]) == "0")
        let batches = try #require(page.value("punctual_batch_commands_count").flatMap { Int($0) })
        #expect(batches >= 6)
        for name in ["punctual_anchor_sync_seconds", "punctual_transaction_duration_seconds"] {
            #expect(page.value(name + "_count").flatMap { Int($0) } ?? 0 >= 6)
            #expect(page.value(name + "_sum").flatMap { Double($0) } ?? 0 > 0)
        }
        for name in ["punctual_disk_free_bytes", "process_resident_memory_bytes", "process_open_fds"] {
            #expect(page.value(name).flatMap { Int($0) } ?? 0 > 0, "\(name)")
        }
        // No person, no institution, no request; and few series, whoever asks.
        let values = page.samples.flatMap(\.labels.values)
        #expect(!values.contains { $0.contains("urn:x") || $0 == service.tenant || $0.contains("Nordhafen") })
        #expect(page.samples.count < 400)
        #expect(running.stop() == 0)
    }

    @Test("the metrics are not on the public address; on one of their own there is nothing else")
    func places() throws {
        let running = try service.serve(["--metrics", "127.0.0.1:0"])
        #expect(try running.send("GET", "/metrics").status == 404)
        let line = running.nextLine()
        let address = try #require(line.split(separator: " ").last.map(String.init))
        #expect(line.hasPrefix("Metrics on http://127.0.0.1:") && address.hasSuffix("/metrics"))
        let page = try get(address)
        #expect(try ExpositionReader(String(decoding: page.body, as: UTF8.self)).value("punctual_ready") == "1")
        let base = String(address.dropLast("/metrics".count))
        #expect(try get(base + "/livez").status == 200 && get(base + "/readyz").status == 200)
        for path in ["/", "/v1/requests", "/operator/log/index", "/status.json"] {
            #expect(try get(base + path).status == 404)
        }
        running.stop()
        let refused = try Programs.run([
            "serve", "--data", service.data, "--listen", "127.0.0.1:0", "--metrics", "0.0.0.0:0",
        ])
        #expect(refused.exitCode == 2 && refused.err.contains("not loopback"))
    }

    /// Sends a batch from another thread, and returns when some of it is written and the rest is not.
    private func begin(_ running: RunningService, rows: Int) throws -> () throws -> HTTPClient.Response {
        let lines = (0..<rows).map { requestBody(holder: "urn:x:\($0)").canonicalBytes + [UInt8(ascii: "\n")] }
        let body = Array(lines.joined())
        let answer = Answer()
        DispatchQueue(label: "client").async {
            let result = Result {
                try running.send(
                    "POST", "/v1/requests:batch", key: "batch", body, contentType: "application/x-ndjson")
            }
            answer.value.withLock { $0 = result }
            answer.done.signal()
        }
        while try metrics().value("punctual_log_entries_total").flatMap({ Int($0) }) ?? 0 < 100 {}
        return {
            answer.done.wait()
            return try #require(try answer.value.withLock { try $0?.get() })
        }
    }

    private final class Answer: Sendable {
        let value = Mutex<Result<HTTPClient.Response, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
    }

    @Test("a stop answers what was accepted, also the rows of a batch under way, and ends with 0")
    func gracefulStop() throws {
        let errors = service.folder.path("errors")
        let running = try RunningService(data: service.data, apiKey: service.apiKey, errors: errors)
        let finish = try begin(running, rows: 600)
        #expect(running.stop() == 0)
        let response = try finish()
        let lines = response.body.split(separator: UInt8(ascii: "\n"))
        #expect(response.status == 200 && lines.count == 600)
        #expect(try lines.allSatisfy { try JSON(parsing: Array($0))["id"] != nil })
        #expect(try Programs.run(["audit", "verify", "--data", service.data]).exitCode == 0)
        #expect(try String(contentsOfFile: errors, encoding: .utf8).contains("Stopping: answering what was accepted."))
        // The write-ahead log is empty: the database file alone has everything.
        let log = FileManager.default.contents(atPath: service.data + "/punctual.sqlite-wal")
        #expect(log?.isEmpty ?? true)
    }

    @Test("a second signal ends the process at once, and nothing acknowledged is lost")
    func secondSignal() throws {
        let running = try service.serve()
        let body = requestBody(holder: "urn:x:1").canonicalBytes
        #expect(try running.send("POST", "/v1/requests", key: "one", body).status == 201)
        let finish = try begin(running, rows: 10_000)
        running.signal(SIGTERM)
        // Nobody can connect any more: the stop is under way, and waits for the batch.
        while (try? OpenConnection(running.url)) != nil {}
        running.signal(SIGTERM)
        #expect(running.waitForExit() == SIGTERM)
        #expect(throws: (any Error).self) { try finish() }
        #expect(try Programs.run(["audit", "verify", "--data", service.data]).exitCode == 0)
        let again = try service.serve()
        #expect(try again.send("POST", "/v1/requests", key: "one", body).status == 201)
        #expect(again.stop() == 0)
    }

    @Test("with --log json every line is an object with time, level and words, and says nothing of a person")
    func structuredLog() throws {
        let errors = service.folder.path("errors")
        let running = try RunningService(
            data: service.data, apiKey: service.apiKey, arguments: ["--log", "json"], errors: errors)
        let body = requestBody(holder: "urn:x:secret-holder", review: "manual")
        let asked = try running.send("POST", "/v1/requests", key: "one", body.canonicalBytes)
        let id = try #require(try JSON(parsing: asked.body)["id"]?.stringValue)
        #expect(try running.send("POST", "/v1/requests/\(id)/approve", key: "two", Array("{}".utf8)).status == 200)
        #expect(running.stop() == 0)
        let text = try String(contentsOfFile: errors, encoding: .utf8)
        let lines = try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
        #expect(!lines.isEmpty)
        for line in lines {
            #expect(line["time"]?.stringValue?.hasSuffix("Z") == true)
            #expect(["info", "warning", "error"].contains(line["level"]?.stringValue ?? ""))
            #expect(line["message"] != nil || line["event"] != nil)
        }
        #expect(!text.contains("secret-holder") && !text.contains(service.apiKey))
        #expect(lines.contains { $0["message"] == "Stopping: answering what was accepted." })
        let refused = try Programs.run([
            "serve", "--data", service.data, "--listen", "127.0.0.1:0", "--log", "xml",
        ])
        #expect(refused.exitCode == 2 && refused.err.contains("--log takes text or json"))
    }

    @Test("whoever started it hears when it is ready and when it stops (sd_notify)", arguments: [false, true])
    func notifies(isAbstract: Bool) throws {
        let path = isAbstract ? "@punctual-test-\(UUID().uuidString)" : service.folder.path("notify")
        let listener = try DatagramListener(path)
        let running = try RunningService(
            data: service.data, apiKey: service.apiKey, environment: ["NOTIFY_SOCKET": path])
        #expect(listener.receive() == "READY=1")
        #expect(try running.send("GET", "/readyz").status == 200)
        #expect(running.stop() == 0)
        #expect(listener.receive() == "STOPPING=1")
    }
}

import CanonicalJSON
import Dispatch
import HTTPServer
import Issuance
import Synchronization

/// `POST /v1/requests:batch`: a request in each line, an answer or a problem in each line of the answer, in order. Each
/// line is a request of its own: one bad line never sinks the others. It is named by its member `idempotencyKey`, or
/// else by the header and its place.
enum Batch {
    /// What the issue of one batch may hold up, and about what one machine issues in a second.
    static let maximumLines = 10_000

    /// 10,000 lines of 3 KiB.
    static let maximumBody = 32 << 20

    /// Works apart from the threads of the server, which have other connections to serve.
    static func run(_ call: Call, _ service: Service, _ reply: @escaping Route.Reply) {
        DispatchQueue.global().async {
            do {
                try answer(call, service, reply)
            } catch {
                reply(.failure(error))
            }
        }
    }

    private static func answer(_ call: Call, _ service: Service, _ reply: @escaping Route.Reply) throws {
        try call.requireContentType("application/x-ndjson")
        let lines = call.request.body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let used = lines.last?.isEmpty == true ? lines.dropLast() : lines[...]
        guard !used.isEmpty, used.count <= maximumLines else {
            throw Refusal(.invalidRequest, "A batch has 1 to \(maximumLines) lines; this one has \(used.count).")
        }
        _ = try call.idempotency([:])
        let answers = Answers(count: used.count, reply)
        for (position, line) in used.enumerated() {
            do {
                let (body, key) = try named(JSON(parsing: line, limits: limits))
                service.request(
                    try RequestDraft(body), from: call.tenant,
                    under: try call.idempotency(body, ownKey: key, line: position + 1)
                ) { result in answers.set(position, result.map(\.body)) }
            } catch {
                answers.set(position, .failure(error))
            }
        }
    }

    /// A line without its own `idempotencyKey`, which makes it the same request in every batch and at every place.
    private static func named(_ line: JSON) throws(JSONShapeError) -> (body: JSON, key: String?) {
        guard case .object(var object) = line else { return (line, nil) }
        var reader = try ObjectReader(line)
        let key = try reader.optionalString("idempotencyKey")
        object["idempotencyKey"] = nil
        return (.object(object), key)
    }

    private static let limits = JSONLimits(
        maximumBytes: Route.defaultMaximumBody, maximumDepth: Call.maximumDepth)

    /// Collects the answers and replies when the last one is in.
    private final class Answers: Sendable {
        /// Under the lock: filled by the sequencer's thread and by the one that parses.
        private let state: Mutex<(lines: [JSONObject?], missing: Int)>
        private let reply: Route.Reply

        init(count: Int, _ reply: @escaping Route.Reply) {
            state = Mutex(([JSONObject?](repeating: nil, count: count), count))
            self.reply = reply
        }

        func set(_ position: Int, _ result: Result<JSONObject, any Error>) {
            let line: JSONObject =
                switch result {
                case .success(let body): body
                case .failure(let error): Problem(error).document
                }
            let complete: [JSONObject?]? = state.withLock { state in
                state.lines[position] = line
                state.missing -= 1
                return state.missing == 0 ? state.lines : nil
            }
            if let complete { reply(.success(response(complete))) }
        }

        private func response(_ lines: [JSONObject?]) -> HTTPResponse {
            var body: [UInt8] = []
            for case let line? in lines {
                JSON.object(line).appendCanonical(to: &body)
                body.append(UInt8(ascii: "\n"))
            }
            return HTTPResponse(.ok, headers: ["Content-Type": "application/x-ndjson"], body: body)
        }
    }
}

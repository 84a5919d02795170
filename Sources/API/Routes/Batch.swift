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

    /// Lines of one batch that are under way: as many as one transaction has, so that a batch alone keeps the writer
    /// busy and never fills the line of its institution.
    static let maximumUnderWay = 256

    /// 10,000 lines of 3 KiB.
    static let maximumBody = 32 << 20

    /// Works apart from the threads of the server, which have other connections to serve.
    static func run(_ call: Call, _ service: Service, _ room: BatchRoom, _ reply: @escaping Route.Reply) throws {
        let tenant = call.tenant
        try room.enter(tenant)
        DispatchQueue.global().async {
            let leaving: Route.Reply = { result in
                room.leave(tenant)
                reply(result)
            }
            do {
                try answer(call, service, leaving)
            } catch {
                leaving(.failure(error))
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
        // The next line is read when an earlier one is written.
        let underWay = DispatchSemaphore(value: maximumUnderWay)
        for (position, line) in used.enumerated() {
            underWay.wait()
            do {
                let (body, key) = try named(JSON(parsing: line, limits: limits))
                service.request(
                    try RequestDraft(body), from: call.tenant,
                    under: try call.idempotency(body, ownKey: key, line: position + 1)
                ) { result in
                    answers.set(position, result.map(\.body))
                    underWay.signal()
                }
            } catch {
                answers.set(position, .failure(error))
                underWay.signal()
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
        /// Written as they will be sent, which takes a tenth of the memory. Under the lock: filled by the sequencer's
        /// thread and by the one that parses.
        private let state: Mutex<(lines: [[UInt8]], missing: Int)>
        private let reply: Route.Reply

        init(count: Int, _ reply: @escaping Route.Reply) {
            state = Mutex(([[UInt8]](repeating: [], count: count), count))
            self.reply = reply
        }

        func set(_ position: Int, _ result: Result<JSONObject, any Error>) {
            let document: JSONObject =
                switch result {
                case .success(let body): body
                case .failure(let error): Problem(error).document
                }
            let line = JSON.object(document).canonicalBytes + [UInt8(ascii: "\n")]
            let complete: [[UInt8]]? = state.withLock { state in
                state.lines[position] = line
                state.missing -= 1
                return state.missing == 0 ? state.lines : nil
            }
            guard let complete else { return }
            let body = Array(complete.joined())
            reply(.success(HTTPResponse(.ok, headers: ["Content-Type": "application/x-ndjson"], body: body)))
        }
    }
}

/// How many batches may be under way: each holds its body and its answers, tens of megabytes.
final class BatchRoom: Sendable {
    /// Of one institution: one is sent while another is answered, from two machines.
    static let maximumOfInstitution = 4
    /// Of all.
    static let maximum = 8

    /// Under the lock: by the threads of the server, and by whoever answers.
    private let underWay = Mutex<[TenantID: Int]>([:])

    /// A batch begins.
    ///
    /// - Throws: `Refusal` when there is no room; a batch takes about a second.
    func enter(_ tenant: TenantID) throws(Refusal) {
        let refusal: Refusal? = underWay.withLock { underWay in
            guard underWay[tenant, default: 0] < Self.maximumOfInstitution else { return .overShare(comeBackIn: 1) }
            guard underWay.values.reduce(0, +) < Self.maximum else { return .busy(comeBackIn: 1) }
            underWay[tenant, default: 0] += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    /// A batch has been answered.
    func leave(_ tenant: TenantID) {
        underWay.withLock { underWay in
            let others = underWay[tenant, default: 1] - 1
            underWay[tenant] = others == 0 ? nil : others
        }
    }
}

package import HTTPServer
import Issuance
import TransparencyLog

/// A witness over HTTP: `POST /add-checkpoint` for logs, `GET /<hexadecimal SHA-256 of the origin>/checkpoint` for
/// monitors.
package struct WitnessHandler: Sendable {
    private let witness: Witness
    /// Hears what the operator should know.
    private let report: @Sendable (String) -> Void
    /// Stops the process, because only a restart can tell what is true.
    private let halt: @Sendable (String) -> Void

    /// A handler that answers for this witness.
    package init(
        _ witness: Witness, report: @escaping @Sendable (String) -> Void, halt: @escaping @Sendable (String) -> Void
    ) {
        self.witness = witness
        self.report = report
        self.halt = halt
    }

    /// How many bytes a request may bring.
    package static func bodyLimit(_ request: HTTPRequest) -> Int {
        request.method == .post ? AddCheckpointRequest.maximumBytes : 0
    }

    /// Answers one request, on the thread that calls: it takes two signatures and one sync.
    package func handle(_ request: HTTPRequest, _ responder: HTTPResponder) {
        responder.answer(response(to: request))
    }

    private func response(to request: HTTPRequest) -> HTTPResponse {
        do {
            switch request.segments {
            case ["add-checkpoint"]:
                guard request.method == .post else {
                    return Self.text(.methodNotAllowed, "use POST", ["Allow": "POST"])
                }
                let lines = try witness.addCheckpoint(request.body).bytes
                return HTTPResponse(.ok, headers: Self.plainText, body: lines)
            case let segments where segments.count == 2 && segments[1] == "checkpoint":
                guard request.method == .get else { return Self.text(.methodNotAllowed, "use GET", ["Allow": "GET"]) }
                guard let note = try witness.checkpoint(monitorName: segments[0]) else {
                    return Self.text(.notFound, "this witness has cosigned no checkpoint of such a log")
                }
                return HTTPResponse(.ok, headers: Self.plainText, body: note)
            default: return Self.text(.notFound, "a witness has /add-checkpoint and /<hash of an origin>/checkpoint")
            }
        } catch let refusal as WitnessRefusal {
            return answer(refusal)
        } catch {
            if case .outcomeUnknown? = error as? StoreError { halt("\(error)") }
            report("a checkpoint could not be cosigned: \(error)")
            return Self.text(.serviceUnavailable, "this witness cannot keep what it cosigns; try again later")
        }
    }

    private func answer(_ refusal: WitnessRefusal) -> HTTPResponse {
        switch refusal {
        case .otherSize(let size):
            return Self.text(.conflict, "\(size)", ["Content-Type": "text/x.tlog.size"])
        case .inconsistent(let problem): report("a checkpoint was refused: \(problem)")
        case .clockIsBehind: report(refusal.description)
        case .malformed, .unknownLog, .notSigned: break
        }
        return Self.text(refusal.status, refusal.description)
    }

    private static let plainText: HTTPHeaders = ["Content-Type": "text/plain; charset=utf-8"]

    private static func text(_ status: HTTPStatus, _ line: String, _ headers: HTTPHeaders = [:]) -> HTTPResponse {
        var headers = headers
        if headers["Content-Type"] == nil { headers.append("Content-Type", "text/plain; charset=utf-8") }
        return HTTPResponse(status, headers: headers, body: Array((line + "\n").utf8))
    }
}

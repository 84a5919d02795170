import HTTPClient
import Issuance
import TransparencyLog

/// The two questions to one witness over HTTP. One for each thread.
final class WitnessConnection {
    private let client: HTTPClient
    private let prefix: String

    /// - Parameters:
    ///   - url: the witness's submission prefix, which is taken for its monitoring prefix too.
    ///   - milliseconds: how long to wait for an answer.
    init(url: String, milliseconds: Int) {
        var options = HTTPClient.Options()
        options.connectMilliseconds = milliseconds
        options.totalMilliseconds = milliseconds
        options.maximumResponseBytes = AddCheckpointResponse.maximumBytes
        client = HTTPClient(options)
        prefix = url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    func addCheckpoint(_ request: AddCheckpointRequest, witness: VerifierKey) -> WitnessReply {
        do throws(HTTPClientError) {
            let answer = try client.send(HTTPClient.Request("POST", prefix + "/add-checkpoint", body: request.bytes))
            return WitnessReply(
                status: answer.status, contentType: answer.header("Content-Type"), body: answer.body, to: request.note,
                from: witness)
        } catch {
            return .unusable(error.description)
        }
    }

    /// What it shows monitors, held against our log.
    func monitorView(of log: OurLog) throws -> MonitorView {
        let answer: HTTPClient.Response
        do throws(HTTPClientError) {
            answer = try client.send(
                HTTPClient.Request("GET", "\(prefix)/\(Witness.monitorName(origin: log.origin))/checkpoint"))
        } catch {
            return .nothing(error.description)
        }
        return try log.store.read { reader in
            guard let ours = try reader.newestCosignedNote() else { return .nothing("our log is empty") }
            return try MonitorView(
                status: answer.status, body: answer.body, origin: log.origin, logKeys: log.keys(),
                size: try Checkpoint(parsing: ours.text).head.size, root: { try reader.root(size: $0) })
        }
    }
}

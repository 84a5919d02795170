import API
package import CanonicalJSON
import Dispatch
import Glibc
import HTTPClient
import HTTPServer
import Issuance
import Synchronization

/// The way of the operator's commands to the service of a data directory.
package enum Operator {
    /// Sends one request, a GET when there is no body: to the running service over its socket, or else to the service
    /// opened here for this request.
    ///
    /// - Parameter authorization: who asks, where that matters: a scheme with a key or a receipt.
    /// - Returns: the status and the JSON of the answer.
    /// - Throws: `HostingError` when the answer is not JSON; what opening a service throws.
    package static func send(
        _ path: String, _ body: [UInt8]?, idempotencyKey: String? = nil, authorization: String? = nil,
        to directory: DataDirectory, on machine: DataDirectory.Machine
    ) throws -> (status: Int, body: JSON) {
        var request = Message(method: body == nil ? .get : .post, path: path, headers: [], body: body ?? [])
        if body != nil { request.headers.append(("Content-Type", "application/json")) }
        if let idempotencyKey { request.headers.append(("Idempotency-Key", idempotencyKey)) }
        if let authorization { request.headers.append(("Authorization", authorization)) }
        let answer = try sendToRunning(request, directory) ?? sendToOpened(request, directory, machine)
        return (answer.status, try JSON(parsing: answer.body))
    }

    private struct Message {
        let method: HTTPMethod
        let path: String
        var headers: [(String, String)]
        let body: [UInt8]
    }

    /// The answer of the running service; nil when none runs.
    private static func sendToRunning(
        _ message: Message, _ directory: DataDirectory
    ) throws -> (status: Int, body: [UInt8])? {
        var options = HTTPClient.Options()
        options.unixSocketPath = directory.socket
        let request = HTTPClient.Request(
            message.method.rawValue, "http://localhost\(message.path)",
            headers: message.headers.map { HTTPClient.Field($0.0, $0.1) }, body: message.body)
        do throws(HTTPClientError) {
            let response = try HTTPClient(options).send(request)
            return (response.status, response.body)
        } catch {
            // A socket that nobody listens on is what a killed service leaves behind.
            guard case .unreachable = error else { throw error }
            return nil
        }
    }

    private static func sendToOpened(
        _ message: Message, _ directory: DataDirectory, _ machine: DataDirectory.Machine
    ) throws -> (status: Int, body: [UInt8]) {
        let (service, _) = try directory.open(on: machine)
        let router = Router(service) { _ in }
        var fields = HTTPHeaders()
        for (name, value) in message.headers { fields.append(name, value) }
        let request = try HTTPRequest(
            message.method, message.path, headers: fields, body: message.body, peer: "unix")
        let answered = DispatchSemaphore(value: 0)
        let answer = Mutex<HTTPResponse?>(nil)
        router.handle(
            request, over: .dataDirectory,
            HTTPResponder { response in
                answer.withLock { $0 = response }
                answered.signal()
            })
        answered.wait()
        // Until then the sequencer holds the store, and with it the right to write that the next request needs.
        service.finish()
        guard let response = answer.withLock({ $0 }) else { throw HostingError("the service gave no answer") }
        return (response.status.rawValue, response.body)
    }
}

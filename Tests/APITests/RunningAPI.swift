import API
import CanonicalJSON
import Compensation
import Cryptography
import Foundation
import HTTPClient
import HTTPServer
import Hosting
import Issuance
import StatusLists
import Temporal

/// A service over TLS in this process, whose clock stands still, with an open issuer for each way of securing.
final class RunningAPI: Sendable {
    /// When all of it happens: what the published transcripts need.
    static let instant = Result { try Instant(rfc3339: "2026-11-21T21:00:00Z") }

    let address: String
    let apiKey: String
    /// The institution that ``apiKey`` is of.
    let tenant: String
    private let folder: URL
    private let host: Hosting.Host
    private let directory: DataDirectory
    private let machine: DataDirectory.Machine
    private var certificate: String { folder.appending(path: "certificate.pem").path }

    /// One issuer to be added beside the default one.
    struct Issuer: Sendable {
        let name: String
        var algorithm = SignatureAlgorithm.edDSA
        let securing: Securing
        var statuses: [StatusPurpose] = []
        var isOpen = true
        var method = DIDMethod.key
        /// Whether only another institution may use it.
        var isOthers = false
    }

    init(_ issuers: [Issuer] = [], vcapi: VCAPI.Settings = VCAPI.Settings(), at now: Instant? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "punctual-api-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let instant = try now ?? Self.instant.get()
        machine = DataDirectory.Machine(
            now: { instant },
            randomBytes: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
            halt: { reason in preconditionFailure(reason) })
        directory = DataDirectory(folder.appending(path: "data").path)
        _ = try directory.create(
            DataDirectory.Identity(
                origin: "issuer.example", statuses: [.init(.revocation), .init(.suspension)],
                policies: DefaultPolicies.documents), on: machine)
        host = try Hosting.Host(
            directory, on: machine,
            Hosting.Host.Configuration(
                address: .tcp(host: "127.0.0.1", port: 0), tls: try Self.certificate(in: folder), vcapi: vcapi
            ) { _ in })
        guard case .tcp(_, let port) = host.address else { throw Failure(text: "no port") }
        address = "https://localhost:\(port)"
        func institution(
            _ name: String, _ directory: DataDirectory, _ machine: DataDirectory.Machine
        ) throws -> JSON {
            try Operator.send("/operator/institutions", ["name": .string(name)], to: directory, on: machine)
        }
        let others = try institution("Suedhafen", directory, machine)["id"]
        let own = try institution("Nordhafen", directory, machine)
        (apiKey, tenant) = (own["apiKey"]?.stringValue ?? "", own["id"]?.stringValue ?? "")
        for issuer in issuers {
            var body: JSONObject = [
                "name": .string(issuer.name), "securing": .string(issuer.securing.rawValue),
                "key": .string(try directory.makeIssuerKey(issuer.algorithm, on: machine)),
                "open": .bool(issuer.isOpen), "method": .string(issuer.method.rawValue),
                "statuses": .array(issuer.statuses.map { ["purpose": .string($0.rawValue)] }),
            ]
            if issuer.isOthers { body["tenant"] = others }
            try operate("/operator/issuers", .object(body))
        }
    }

    /// Does what an operator does, over the socket in the data directory.
    @discardableResult
    func operate(_ path: String, _ body: JSON) throws -> JSON {
        try Operator.send(path, body, to: directory, on: machine)
    }

    deinit {
        host.stop(graceMilliseconds: 0)
        try? FileManager.default.removeItem(at: folder)
    }

    struct Failure: Error {
        let text: String
    }

    /// Made anew for each service, and worth nothing elsewhere.
    private static func certificate(in folder: URL) throws -> HTTPServer.TLS {
        let (certificate, key) = (folder.appending(path: "certificate.pem"), folder.appending(path: "key.pem"))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key.path,
            "-out", certificate.path,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return HTTPServer.TLS(
            certificatePEM: [UInt8](try Data(contentsOf: certificate)), keyPEM: [UInt8](try Data(contentsOf: key)))
    }
}

extension Operator {
    /// The answer to a command that is carried out.
    fileprivate static func send(
        _ path: String, _ body: JSON, to directory: DataDirectory, on machine: DataDirectory.Machine
    ) throws -> JSON {
        let answer = try send(path, body.canonicalBytes, to: directory, on: machine)
        guard answer.status < 300 else { throw RunningAPI.Failure(text: "\(answer)") }
        return answer.body
    }
}

// What a client sees.
extension RunningAPI {
    /// An answer.
    struct Answer: Sendable {
        let status: Int
        let headers: [HTTPClient.Field]
        let body: [UInt8]

        /// The body; `null` when it is not JSON.
        var json: JSON { (try? JSON(parsing: body)) ?? .null }
        var contentType: String { header("Content-Type") ?? "" }
        /// Where the problem is, and what it is called.
        var problem: String { "\(json["type"]?.stringValue ?? "") \(json["detail"]?.stringValue ?? "")" }

        func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// Sends one request over a connection of its own.
    func send(
        _ method: String, _ path: String, _ body: [UInt8] = [], headers: [(String, String)] = [], key: String? = nil
    ) throws -> Answer {
        var options = HTTPClient.Options()
        options.certificateAuthorityFile = certificate
        var fields = headers.map { HTTPClient.Field($0.0, $0.1) }
        if !body.isEmpty, !headers.contains(where: { $0.0 == "Content-Type" }) {
            fields.append(HTTPClient.Field("Content-Type", "application/json"))
        }
        if let key { fields.append(HTTPClient.Field("Authorization", "Bearer \(key)")) }
        let answer = try HTTPClient(options).send(
            HTTPClient.Request(method, address + path, headers: fields, body: body))
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }

    func post(_ path: String, _ body: JSON, key: String? = nil) throws -> Answer {
        try send("POST", path, body.canonicalBytes, key: key)
    }

    /// The identifier that an issuer signs under, as its receipts and credentials name it.
    func identifier(of issuer: String) throws -> String {
        // A credential in the wrong name is refused with the right one.
        let answer = try post(
            "/issuers/\(issuer)/credentials/issue", ["credential": Self.credential(issuer: "did:example:nobody")],
            key: apiKey)
        let words = answer.json["detail"]?.stringValue?.split(separator: " ") ?? []
        guard let did = words.last(where: { $0.hasPrefix("did:") }) else { throw Failure(text: "\(answer)") }
        return did.filter { $0 != ";" }
    }

    /// The smallest credential.
    static func credential(issuer: String) -> JSON {
        [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
            "issuer": .string(issuer), "credentialSubject": ["id": "did:example:subject"],
        ]
    }
}

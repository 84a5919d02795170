import CanonicalJSON
import Console
import Cryptography
import HTTPClient
import Issuance
import OpenBadges

/// The running service, as `badge make` asks it.
final class BadgeService {
    private let url: String
    private let apiKey: String
    private let client: HTTPClient

    /// How many rows go into one batch: enough to be fast, and few enough to show progress.
    static let linesPerBatch = 500

    /// - Throws: `UsageError` when the key would be readable on its way.
    init(_ url: String, apiKey: [UInt8]) throws(UsageError) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.apiKey = String(decoding: apiKey, as: UTF8.self)
        var options = HTTPClient.Options()
        options.totalMilliseconds = Self.batchMilliseconds
        options.maximumResponseBytes = Self.maximumResponseBytes
        client = HTTPClient(options)
        let host = self.url.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first ?? ""
        let isHere = ["localhost", "127.0.0.1", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
        guard self.url.hasPrefix("https://") || self.url.hasPrefix("http://") && isHere else {
            throw UsageError("--server takes an https URL, or http on this machine: the API key is sent there.")
        }
    }

    /// A batch waits for the signatures of all its rows, on a service that may have other work.
    private static let batchMilliseconds = 120_000
    /// 500 rows of 128 KiB.
    private static let maximumResponseBytes = 64 << 20

    /// What the service says to each line: a credential, or why there is none.
    ///
    /// - Throws: `Failure` when it says nothing about single lines: all is then to be tried again.
    func issue(_ lines: [BadgeLine]) throws(Failure) -> [Result<IssuedBadge, BadgeProblems>] {
        var body: [UInt8] = []
        for line in lines {
            line.json.appendCanonical(to: &body)
            body.append(UInt8(ascii: "\n"))
        }
        let headers = [
            HTTPClient.Field("Content-Type", "application/x-ndjson"),
            HTTPClient.Field("Authorization", "Bearer \(apiKey)"),
            HTTPClient.Field("Idempotency-Key", "badges-\(SHA256.hash(body))"),
        ]
        let response: HTTPClient.Response
        do throws(HTTPClientError) {
            response = try client.send(.init("POST", url + "/v1/requests:batch", headers: headers, body: body))
        } catch {
            throw Failure("\(error)", .cannotTell)
        }
        guard response.status == 200 else {
            let detail = (try? JSON(parsing: response.body))?["detail"]?.stringValue
            throw Failure(
                detail ?? "The service answered \(response.status).", response.status < 500 ? .negative : .cannotTell)
        }
        let answers = response.body.split(separator: UInt8(ascii: "\n"))
        guard answers.count == lines.count else {
            throw Failure("The service answered \(answers.count) of \(lines.count) lines.", .cannotTell)
        }
        return answers.map(Self.read)
    }

    private static func read(_ answer: ArraySlice<UInt8>) -> Result<IssuedBadge, BadgeProblems> {
        Result { () throws(BadgeProblems) in
            guard let answer = try? JSON(parsing: answer) else { throw BadgeProblems("the answer is not JSON") }
            guard let id = answer["id"]?.stringValue.flatMap({ RequestID($0) })?.text else {
                let credential = "/credential"
                let pointer = answer["pointer"]?.stringValue.map { pointer in
                    pointer.hasPrefix(credential) ? String(pointer.dropFirst(credential.count)) : pointer
                }
                throw BadgeProblems(answer["detail"]?.stringValue ?? "it was refused", at: pointer)
            }
            guard let credential = answer["credential"] else {
                throw BadgeProblems("it is accepted as \(id) and not issued yet; see punctual status \(id)")
            }
            return try IssuedBadge(id, credential)
        }
    }
}

/// A signed badge.
struct IssuedBadge: Sendable {
    /// The identifier of its request.
    let id: String
    let credential: BakedCredential

    /// - Throws: what keeps it from being a badge for others.
    fileprivate init(_ id: String, _ json: JSON) throws(BadgeProblems) {
        self.id = id
        do throws(BakingError) {
            credential =
                if case .object(let document) = json { BakedCredential(document) } else {
                    try BakedCredential(json.stringValue ?? "")
                }
        } catch {
            throw BadgeProblems(
                "\(id) is secured as Open Badges do not know; use an issuer with eddsa-rdfc-2022 or vc+jwt")
        }
        let violations: [BadgeViolation]
        do throws(BakingError) {
            violations = OpenBadges.violations(of: try credential.unverifiedDocument())
        } catch {
            throw BadgeProblems("\(id): \(error)")
        }
        guard let first = violations.first else { return }
        throw BadgeProblems("\(id) was signed, but breaks a rule: \(first.problem)", at: first.pointer.description)
    }
}

import Cryptography
import HTTPClient
import Multiformats
import OpenTimestamps
import Temporal

/// Asks sources over HTTP. Nothing is believed before it is verified, nothing is read beyond its limit, and no answer
/// is waited for longer than 15 seconds.
struct TimestampExchange {
    private static let connectMilliseconds = 5_000
    /// 15 s: an authority needs milliseconds; this also bounds how long the others wait for their turn.
    private static let totalMilliseconds = 15_000

    let randomBytes: @Sendable (Int) -> [UInt8]

    /// A response of an authority, verified against our nonce and the roots.
    func ask(
        authority url: String, imprint: SHA256Digest, roots: TrustedRoots, at now: Instant
    ) throws(TimestampingError) -> [UInt8] {
        do {
            let query = try TimestampQuery(imprint: imprint, nonce: randomBytes(TimestampQuery.nonceByteCount))
            let answer = try send(
                HTTPClient.Request(
                    "POST", url, headers: [.init("Content-Type", "application/timestamp-query")], body: query.der),
                maximumBytes: TimestampResponse.maximumByteCount)
            guard answer.status == 200 else { throw TimestampingError(url, "answered with status \(answer.status)") }
            _ = try TimestampResponse(answer.body).verify(
                imprint: imprint, nonce: query.nonce, roots: roots, atMilliseconds: now.milliseconds)
            return answer.body
        } catch {
            throw problem(error, url)
        }
    }

    /// A promise of a calendar about a digest, or more.
    func submit(_ digest: SHA256Digest, to calendar: String) throws(TimestampingError) -> OTSFile {
        do {
            let answer = try send(
                HTTPClient.Request("POST", calendar + "/digest", headers: Self.headers, body: digest.bytes),
                maximumBytes: OTSFile.maximumAnswerByteCount)
            guard answer.status == 200 else {
                throw TimestampingError(calendar, "answered with status \(answer.status)")
            }
            let file = try OTSFile(digest: digest, answer: answer.body)
            let isKnown = file.attestations.contains { if case .unknown = $0.attestation { false } else { true } }
            guard isKnown else { throw TimestampingError(calendar, "promised nothing that is known here") }
            return file
        } catch {
            throw problem(error, calendar)
        }
    }

    /// A file with what the calendar has done about its promises by now; nil while it has done nothing.
    ///
    /// Only the address that the operator gave is asked, whatever the file says: an answer from outside must not
    /// choose whom this service talks to.
    func upgrade(_ file: OTSFile, at calendar: String) throws(TimestampingError) -> OTSFile? {
        var upgraded = file
        do {
            for (attestation, message) in file.attestations {
                guard case .pending = attestation else { continue }
                let answer = try send(
                    HTTPClient.Request(
                        "GET", calendar + "/timestamp/" + Hex.encode(message), headers: Self.headers),
                    maximumBytes: OTSFile.maximumAnswerByteCount)
                // 404 is the calendar's way to say that it is not done.
                guard answer.status != 404 else { continue }
                guard answer.status == 200 else {
                    throw TimestampingError(calendar, "answered with status \(answer.status)")
                }
                upgraded = try upgraded.upgraded(commitment: message, answer: answer.body)
            }
        } catch {
            throw problem(error, calendar)
        }
        return upgraded == file ? nil : upgraded
    }

    private static let headers = [HTTPClient.Field("Accept", "application/vnd.opentimestamps.v1")]

    private func send(_ request: HTTPClient.Request, maximumBytes: Int) throws(HTTPClientError) -> HTTPClient.Response {
        var options = HTTPClient.Options()
        options.connectMilliseconds = Self.connectMilliseconds
        options.totalMilliseconds = Self.totalMilliseconds
        options.maximumResponseBytes = maximumBytes
        return try HTTPClient(options).send(request)
    }

    private func problem(_ error: any Error, _ url: String) -> TimestampingError {
        error as? TimestampingError ?? TimestampingError(url, "gave nothing that can be kept: \(error)")
    }
}

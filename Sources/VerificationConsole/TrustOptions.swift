import Console
import Proofs
import Temporal
import TransparencyLog
import Verification

/// The options that say what the verifier brings.
enum TrustOptions {
    /// A key is under 200 bytes; a file of them has a few.
    private static let maximumKeyFileBytes = 16 << 10

    static func trust(
        from arguments: Arguments, now: Instant, reading read: (String, Int) throws -> [UInt8]
    ) throws -> Trust {
        var trust = Trust(at: try arguments.value("at").map(instant) ?? now)
        trust.issuers = try arguments.value("issuer").map { [try issuer($0)] } ?? []
        trust.logKeys = try arguments.value("log-key").map { try logKeys($0, reading: read) } ?? []
        trust.maximumStatusAge = try arguments.value("max-status-age").map(age)
        trust.mayLackStatusList = arguments.has("ignore-status")
        return trust
    }

    private static func instant(_ text: String) throws(UsageError) -> Instant {
        do {
            return try Instant(rfc3339: text)
        } catch {
            throw UsageError("--at: \(error). Write it like 2026-01-31T09:00:00Z.")
        }
    }

    private static func age(_ text: String) throws(UsageError) -> Milliseconds {
        do {
            return try Milliseconds(iso8601: text)
        } catch {
            throw UsageError("--max-status-age: \(error). Write it like PT24H.")
        }
    }

    private static func issuer(_ text: String) throws(UsageError) -> DIDKey {
        do {
            return try DIDKey(text)
        } catch {
            throw UsageError(
                "--issuer: \(text) is not a did:key, the only kind that can be verified offline (\(error)).")
        }
    }

    /// A verifier key as typed, or else the keys in the file of that name.
    private static func logKeys(
        _ text: String, reading read: (String, Int) throws -> [UInt8]
    ) throws -> [VerifierKey] {
        do throws(TransparencyLogError) {
            return [try logKey(text)]
        } catch {
            // What looks like a key and is none is a slip of the pen, not the name of a file.
            guard text.split(separator: "+").count < 3 else { throw UsageError("--log-key: \(error).") }
        }
        let content = String(decoding: try read(text, maximumKeyFileBytes), as: UTF8.self)
        let lines = content.split(whereSeparator: \.isNewline)
        guard !lines.isEmpty else { throw UsageError("--log-key: there is no key in \(text).") }
        do throws(TransparencyLogError) {
            return try lines.map { (line) throws(TransparencyLogError) in try logKey(String(line)) }
        } catch {
            throw UsageError("--log-key \(text): \(error).")
        }
    }

    private static func logKey(_ vkey: String) throws(TransparencyLogError) -> VerifierKey {
        let key = try VerifierKey(vkey: vkey)
        guard key.type == .ed25519 else {
            throw .malformed(.verifierKey, problem: "it is the key of a witness, not of a log")
        }
        return key
    }
}

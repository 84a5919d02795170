import CanonicalJSON
import Console
import Credentials
import LinkedData
import Proofs
import Temporal
import TransparencyLog
import Verification

/// The options that say what the verifier brings.
enum TrustOptions {
    /// A key is under 200 bytes; a file of them has a few.
    private static let maximumKeyFileBytes = 16 << 10

    /// The longest document that says something about the evidence: a context, a schema, a list of keys.
    private static let maximumDocumentBytes = 4 << 20

    /// What a credential refers to with a digest can be an image or a video of a ceremony.
    private static let maximumResourceBytes = 64 << 20

    typealias Read = (_ path: String, _ maximumBytes: Int) throws -> [UInt8]

    static func trust(from arguments: Arguments, now: Instant, reading read: Read) throws -> Trust {
        var trust = Trust(at: try arguments.value("at").map(instant) ?? now)
        trust.issuers = try arguments.values("issuer").map { try issuer($0) }
        trust.keyDocuments = try arguments.values("did-document").map { try keyDocument($0, reading: read) }
        trust.logKeys = try arguments.value("log-key").map { try logKeys($0, reading: read) } ?? []
        trust.logPolicy = try arguments.value("policy").map { try policy($0, reading: read) }
        trust.timestampRoots = try arguments.value("tsa-roots").map { try roots($0, reading: read) }
        trust.blockHeaders = try arguments.value("block-headers").map { try headers($0, reading: read) }
        trust.maximumStatusAge = try arguments.value("max-status-age").map(age)
        trust.mayLackStatusList = arguments.has("ignore-status")
        trust.mayLackSchemas = arguments.has("ignore-schema")
        for (url, path) in try named("context", in: arguments) {
            let document = try json("context", path, reading: read)
            trust.contexts = trust.contexts.adding(url: url.description, document: document)
        }
        trust.schemas = SchemaCheck(
            try named("schema", in: arguments).map { url, path in
                HandedSchema(at: url, file: try read(path, maximumDocumentBytes))
            })
        for (url, path) in try named("resource", in: arguments) {
            trust.resources[url.description] = try read(path, maximumResourceBytes)
        }
        trust.challenge = arguments.value("challenge")
        let domains = arguments.values("domain")
        trust.domains = domains.isEmpty ? nil : domains
        trust.showsSteps = arguments.has("explain") || arguments.has("json")
        return trust
    }

    /// The values of an option that gives a file a name.
    private static func named(_ option: String, in arguments: Arguments) throws(UsageError) -> [(URI, path: String)] {
        var named: [(URI, path: String)] = []
        for value in arguments.values(option) {
            let parts = value.split(separator: "=", omittingEmptySubsequences: false)
            // A URL may have an equals sign, a path hardly ever.
            guard parts.count >= 2, let path = parts.last, !path.isEmpty,
                let url = try? URI(parts.dropLast().joined(separator: "="))
            else { throw UsageError("--\(option): write URL=FILE, not \(value).") }
            named.append((url, String(path)))
        }
        return named
    }

    private static func json(_ option: String, _ path: String, reading read: Read) throws -> JSON {
        do {
            return try JSON(parsing: try read(path, maximumDocumentBytes))
        } catch let error as JSONError {
            throw UsageError("--\(option) \(path) is not JSON: \(error).")
        }
    }

    private static func keyDocument(_ path: String, reading read: Read) throws -> KeyDocument {
        do {
            return try KeyDocument(try json("did-document", path, reading: read))
        } catch let error as ProofError {
            throw UsageError("--did-document \(path) has no keys that can be read: \(error).")
        }
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

    private static func issuer(_ text: String) throws(UsageError) -> URI {
        do {
            if text.hasPrefix("did:key:") { return try DIDKey(text).uri }
            if text.hasPrefix("did:jwk:") { return try DIDJWK(text).uri }
            return try URI(text)
        } catch {
            let problem = (error as? ProofError)?.problem ?? (error as? CredentialError)?.problem ?? "\(error)"
            throw UsageError("--issuer: \(text) \(problem). Write it like did:key:z6Mk….")
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

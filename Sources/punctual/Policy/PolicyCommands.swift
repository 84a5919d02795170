import CanonicalJSON
import Compensation
import Console
import ServiceLevels
import Temporal

extension Command {
    /// Everything about policies, in the order in which help lists it. One file for each.
    static let policyCommands: [Command] = [
        .checkPolicies, .explainPolicy, .policyExamples, .calculatePolicy,
        .simulatePolicy, .comparePolicies, .policyDue, .policyZones,
        .publishPolicy, .listPolicies,
        .showPolicy, .withdrawPolicy, .approvePolicy,
    ]
}

/// A policy that a command reads: from a file, or from those that were published.
struct NamedPolicy {
    let document: PolicyDocument
    let policy: Policy

    /// 64 KiB, as for a policy that is published.
    static let maximumBytes = PolicyDocument.limits.maximumBytes

    /// Reads the file of that name; or with `--data`, the published policy of that hash, or the newest of that id.
    init(_ name: String, _ arguments: Arguments) throws {
        let bytes =
            arguments.value("data") == nil
            ? try readFile(name, maximumBytes: Self.maximumBytes) : try Self.published(name, arguments)
        do throws(PolicyError) {
            document = try PolicyDocument(parsing: bytes)
            policy = try Policy(document)
        } catch {
            throw Failure("\(name): \(error)")
        }
    }

    private static func published(_ name: String, _ arguments: Arguments) throws -> [UInt8] {
        if PolicyHash(name) != nil { return try Command.operate("/policies/\(name)", nil, arguments).canonicalBytes }
        let list = try Command.operate("/policies", nil, arguments)["policies"]?.arrayValue ?? []
        guard let hash = list.last(where: { $0["id"]?.stringValue == name })?["hash"]?.stringValue else {
            throw Failure("No policy \(name) was published; see punctual policy list.", .usage)
        }
        return try Command.operate("/policies/\(hash)", nil, arguments).canonicalBytes
    }
}

extension CommandSyntax.Option {
    /// For commands that read a file, or what was published.
    static let publishedIn = CommandSyntax.Option(
        "data", "DIR", "Take a published policy of this service instead of a file.")
}

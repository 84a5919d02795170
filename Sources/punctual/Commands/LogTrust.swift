import CanonicalJSON
import Console
import Hosting
import Mirroring
import TransparencyLog

/// What a person brings to judge a log with: its keys, or a policy that also names witnesses, and checkpoints that
/// they kept.
struct LogTrust {
    /// Whose signature makes a checkpoint one of the log.
    let log: CheckpointTrust
    /// Whose signatures a checkpoint needs on which to rely.
    private let relied: CheckpointTrust
    private let hasPolicy: Bool

    /// - Parameter directory: where the key of the log lies when the person brings none.
    init(_ arguments: Arguments, or directory: DataDirectory?) throws {
        if let file = arguments.value("policy") {
            guard arguments.value("log-key") == nil else {
                throw UsageError("Give --policy or --log-key: a policy names the key of the log.")
            }
            let policy = try Command.logPolicy(file)
            guard !policy.logs.isEmpty else { throw UsageError("\(file) names no log: add a line with log VKEY.") }
            (log, relied, hasPolicy) = (.keys(policy.logs.map(\.key)), .witnessed(policy), true)
            return
        }
        let keys = try arguments.value("log-key").map(Self.keys) ?? directory.map { try Self.keys($0.verifierKey) }
        guard let keys else {
            throw UsageError(
                "The key of the log is missing, and must come from elsewhere: --log-key VKEY or --policy FILE.")
        }
        (log, relied, hasPolicy) = (.keys(keys), .keys(keys), false)
    }

    /// A verifier key as typed, or else the keys in the file of that name.
    static func keys(_ text: String) throws -> [VerifierKey] {
        let isTyped = text.split(separator: "+").count >= 3
        let lines =
            isTyped
            ? [Substring(text)]
            : String(decoding: try readFile(text, maximumBytes: maximumKeyFileBytes), as: UTF8.self)
                .split(whereSeparator: \.isNewline)
        guard !lines.isEmpty else { throw UsageError("There is no key in \(text).") }
        do {
            return try lines.map { try VerifierKey(vkey: String($0)) }
        } catch let error as TransparencyLogError {
            throw UsageError("\"\(text)\" is not the public key of a log: \(error).")
        }
    }

    /// A key is under 200 bytes; a file of them has a few.
    private static let maximumKeyFileBytes = 16 << 10

    /// The checkpoints of `--checkpoint`, signed by whom they must be.
    ///
    /// - Throws: `UsageError`, `Failure`: on a checkpoint that does not hold nothing can be built.
    func keptCheckpoints(_ arguments: Arguments) throws -> [VerifiedCheckpoint] {
        try arguments.values("checkpoint").map { file in
            let bytes = try readFile(file, maximumBytes: SignedNote.maximumBytes)
            do {
                return try relied.verify(try SignedNote(parsing: bytes))
            } catch let error as TransparencyLogError {
                throw Failure("\(file): \(error).", .cannotTell)
            }
        }
    }

    /// Refuses a log without the kept checkpoints, or without one that the policy is satisfied with.
    ///
    /// - Returns: the newest checkpoint that the policy is satisfied with; nil without a policy.
    func requireContained(
        _ kept: [VerifiedCheckpoint], in source: LogSource
    ) throws(MirrorError) -> VerifiedCheckpoint? {
        let witnessed = try witnessed(source)
        let newest = try log.newest(of: source)
        for old in kept + (witnessed.map { [$0] } ?? []) {
            try MirrorAudit.requireContinued(old, by: newest, source)
        }
        return witnessed
    }

    /// The newest checkpoint of a source that the policy is satisfied with; nil without a policy.
    func witnessed(_ source: LogSource) throws(MirrorError) -> VerifiedCheckpoint? {
        guard hasPolicy else { return nil }
        return try relied.newestCosigned(of: source)
    }
}

extension LogTrust {
    /// How large a checkpoint is and who cosigned it.
    static func json(_ checkpoint: VerifiedCheckpoint) -> JSON {
        [
            "size": .integer(Int64(checkpoint.head.size)),
            "by": .array(checkpoint.cosignatures.map { .string($0.key.name.text) }),
        ]
    }

    /// The same for a person.
    static func words(_ checkpoint: VerifiedCheckpoint) -> String {
        let names = checkpoint.cosignatures.map(\.key.name.text)
        let list = names.isEmpty ? "nobody, and the policy asks for nobody" : names.joined(separator: ", ")
        return "\(checkpoint.head.size) entries are cosigned by \(list)"
    }
}

extension CommandSyntax.Option {
    static let logKey = CommandSyntax.Option(
        "log-key", "VKEY", "The log's public key as you know it, or a file of keys; else log.vkey beside the database.")
    static let logPolicy = CommandSyntax.Option(
        "policy", "FILE", "Instead of --log-key: a C2SP policy that names the log, its witnesses and their quorum.")
    static let kept = CommandSyntax.Option(
        "checkpoint", "FILE", "A checkpoint that you kept: the log must still contain it. May be repeated.",
        isRepeated: true)
}

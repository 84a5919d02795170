import Console
import Mirroring
import TransparencyLog

extension Command {
    static let auditProof = Command(
        syntax: CommandSyntax(
            "audit proof", "Write a .tlog-proof (C2SP): that one entry is in the log, for anybody, offline.",
            positionals: [.init("ENTRY", "The number of the entry, from 0.")],
            options: [
                .init("data", "DIR", "The data directory of the service."),
                .init("from", "DIR-OR-URL", "Instead of --data: any C2SP log, in a folder or on the web."),
                .logKey, .logPolicy, .init("out", "FILE", "Where to write; standard output if not given."),
            ],
            example: "punctual audit proof --data ./issuer 12 --out entry-12.tlog-proof"),
        run: { arguments, terminal in
            guard let index = UInt64(arguments.positionals[0]) else {
                throw UsageError("\"\(arguments.positionals[0])\" is not the number of an entry.")
            }
            return try withSource(arguments) { source, trust in
                let proof: TLogProof
                do throws(MirrorError) {
                    let checkpoint =
                        if let witnessed = try trust.witnessed(source) { witnessed } else {
                            try trust.log.newest(of: source)
                        }
                    proof = try source.proof(of: index, in: checkpoint)
                } catch {
                    throw Failure("\(error).", error.isVerdict ? .negative : .cannotTell)
                }
                guard let path = arguments.value("out") else {
                    terminal.print(String(decoding: proof.bytes.dropLast(), as: UTF8.self))
                    return .done
                }
                try Machine.writeFile(proof.bytes, to: path)
                terminal.note("Wrote \(path).")
                return .done
            }
        })
}

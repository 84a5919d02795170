import CanonicalJSON
import Console
import HTTPClient
import Hosting
import Issuance
import Proofs
import Settlement
import Temporal
import TransparencyLog
import Verification

extension Command {
    static let demo = Command(
        syntax: CommandSyntax(
            "demo", "See the whole promise kept, in half a minute, on a service of its own.",
            options: [
                .init("input", "DIR", "People and policies; vectors/demo if not given."),
                .init("keep", nil, "Leave the service running at the end, and print its address."), .json,
            ],
            example: "punctual demo"),
        run: { arguments, terminal in
            let input = arguments.value("input") ?? "vectors/demo"
            let people = try DemoPerson.read(input + "/people.ndjson")
            let policies = try ["service-level", "compensation"].map {
                try readFile("\(input)/\($0).json", maximumBytes: 1 << 16)
            }
            let show = DemoShow(terminal: terminal, isQuiet: arguments.has("json"))
            TerminationSignals.block()
            let service = try DemoService(people, policies: policies)
            let outcomes = try DemoRun(service: service, people: people, show: show).run()
            let summary = try DemoSummary(service, outcomes, show)
            if arguments.has("json") {
                terminal.print(summary.json.canonicalString)
            } else {
                for line in summary.words(terminal) { terminal.print(line) }
            }
            if arguments.has("keep") {
                terminal.print("\nThe service is still there, at \(service.url), in \(service.directory.path).")
                terminal.print("Ask it: punctual status \(summary.exampleID) --server \(service.url)")
                terminal.note("Ctrl-C stops it.")
                TerminationSignals.wait()
            }
            service.stop()
            if !arguments.has("keep") { service.remove() }
            return summary.isGood ? .done : .negative
        })
}

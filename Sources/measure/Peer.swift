import CanonicalJSON
import Console
import Figures
import Glibc
import LoadGeneration

extension Measurement {
    static let agent = Measurement(
        syntax: CommandSyntax(
            "agent", "Issue over HTTP, beside an agent of ACA-Py that issues over HTTP in the same run.",
            options: [
                .init("python", "FILE", "The python that has aries-cloudagent.", isRequired: true),
                .init("script", "FILE", "The script that measures it.", isRequired: true),
                .init("connections", "N", "How many are kept busy; 8 if not given."), .folder, .seconds, .json,
            ],
            example: "measure agent --python venv/bin/python --script Tests/InteropTests/Python/acapy_rate.py"),
        run: { arguments, _, terminal in
            let connections = try arguments.number("connections", default: 8, in: 1...100)
            let seconds = try arguments.number("seconds", default: 3, in: 1...600)
            let command = [
                arguments.required("python"), arguments.required("script"), String(seconds), String(connections),
            ]
            let place = try Workplace(in: arguments.folder)
            defer { place.remove() }
            let service = try LoadedService(place, connections: connections, batch: 1)
            defer { service.stop() }
            var report = Report(
                "Issuing single credentials over HTTP, beside an agent of ACA-Py",
                data: .init(0, "stored credentials at the start"),
                conditions: [
                    ("connections, always busy", String(connections)), ("seconds for each", String(seconds)),
                    ("raw", "the agent's VC API: signs and answers, keeps nothing of it"),
                    ("ours", "signed twice, listed, logged, posted and synced before the answer"),
                ])
            var used = 0
            for round in 1...3 {
                terminal.progress("round \(round) of 3")
                let theirs = try Peer.rate(command)
                let ours = try Peer.ours(service, seconds, &used)
                report.add(
                    "round \(round)", perSecond: ours.perSecond, raw: theirs, times: ours.times,
                    [("of the agent", .times(ours.perSecond / theirs))])
            }
            return report
        })
}

/// Somebody else's program that measures itself.
enum Peer {
    /// As many as a service issues over connections that are always busy, for about so many seconds.
    fileprivate static func ours(_ service: LoadedService, _ seconds: Int, _ used: inout Int) throws -> LoadOutcome {
        let trial = try service.run(LoadPlan(requests: 200, perSecond: nil), .single, numberedFrom: used)
        used += 200
        let count = max(Int(trial.perSecond * Double(seconds)), 200)
        defer { used += count }
        let outcome = try service.run(LoadPlan(requests: count, perSecond: nil), .single, numberedFrom: used)
        guard outcome.accepted == count else { throw Wrong() }
        return outcome
    }

    /// What the script prints as its rate.
    static func rate(_ command: [String]) throws -> Double {
        let quoted = command.map { "'" + $0.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
        guard let pipe = unsafe popen(quoted, "r") else { throw UsageError("\(command[0]) cannot be run.") }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, pipe)
            guard count > 0 else { break }
            output += buffer.prefix(count)
        }
        guard unsafe pclose(pipe) == 0, let rate = try? JSON(parsing: output)["credentials_per_second"] else {
            throw UsageError("The script did not measure: \(String(decoding: output, as: UTF8.self))")
        }
        switch rate {
        case .number(let value): return value
        case .integer(let value): return Double(value)
        default: throw UsageError("The script printed no rate.")
        }
    }
}

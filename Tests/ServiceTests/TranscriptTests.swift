import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

@Suite("The command line")
struct TranscriptTests {
    /// What is typed, the exit code, and something that must stand in the output or in the complaint.
    static let usage: [(typed: [String], exitCode: Int32, expected: String)] = [
        ([], 0, "Punctual issues verifiable credentials and keeps its promises about time."),
        (["help"], 0, "audit recompute"),
        (["--help"], 0, "Exit codes: 0 done, 1 no, 2 usage, 3"),
        (["init", "--help"], 0, "punctual init --data ./issuer --origin issuer.example"),
        (["policy", "publish", "--help"], 0, "Usage: punctual policy publish --data DIR [options] FILE"),
        (["report", "owed", "--help"], 0, "punctual report owed --data ./issuer"),
        (["approval", "give", "--help"], 0, "Usage: punctual approval give --data DIR [options] ID"),
        (["reverse", "--help"], 0, "duplicate, fraud, assessment-error or appeal"),
        (["reverse", "--data", "x", "a"], 2, "--reason REASON is missing"),
        (["waive", "--data", "x", "a"], 2, "CLAIM-KEY is missing"),
        (["sevre"], 2, "There is no command \"sevre\". Did you mean serve?"),
        (["init"], 2, "--data DIR is missing: The data directory of the service."),
        (["init", "--dta", "x"], 2, "There is no option --dta. Did you mean --data?"),
        (["init", "--data"], 2, "--data needs a value: --data DIR."),
        (["init", "--data", "a", "--data", "b"], 2, "--data is given twice."),
        (["serve", "--data", "x", "--listen", "nonsense"], 2, "--listen takes HOST:PORT"),
        (["serve", "--data", "x", "--listen", "0.0.0.0:1"], 2, "is not loopback"),
        (["policy", "publish", "--data", "x"], 2, "FILE is missing"),
        (["policy", "publish", "--data", "x", "nowhere.json"], 2, "nowhere.json cannot be opened: No such file"),
        (["audit", "prove", "--data", "x", "nonsense"], 2, "is not an identifier of a request"),
        (["revoke", "--data", "x", "a", "b"], 2, "\"b\" is one argument too many."),
        (["demo", "--input", "/nowhere"], 2, "/nowhere/people.ndjson cannot be opened"),
    ]

    @Test("says what it does and what was wrong", arguments: usage)
    func transcript(typed: [String], exitCode: Int32, expected: String) throws {
        let output = try Programs.run(typed)
        #expect(output.exitCode == exitCode)
        #expect((exitCode == 0 ? output.out : output.err).contains(expected), "\(output.out)\(output.err)")
        if exitCode != 0 { #expect(output.out.isEmpty) }
    }

    @Test("fits into 80 columns")
    func width() throws {
        let pages = try [[], ["demo", "--help"], ["serve", "--help"], ["audit", "verify", "--help"]].map {
            try Programs.run($0).out
        }
        for line in pages.joined().split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    }

    @Test("makes a service once, and never over an old one")
    func initialise() throws {
        let service = try TestService()
        let again = try Programs.run(["init", "--data", service.data, "--origin", "other.example"])
        #expect(again.exitCode != 0)
        #expect(try Programs.run(["audit", "verify", "--data", service.data]).exitCode == 0)
        let mode = try FileManager.default.attributesOfItem(atPath: service.data + "/keys/log.pem")[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
    }

    @Test("adds an institution and publishes a policy while the service runs, and while it does not")
    func whileRunning() throws {
        let service = try TestService()
        let running = try service.serve()
        let added = try Programs.run(["institution", "add", "--data", service.data, "--name", "Aurora", "--json"])
        #expect(added.exitCode == 0)
        let key = try JSON(parsing: Array(added.out.utf8.dropLast()))["apiKey"]?.stringValue ?? ""
        #expect(try running.send("GET", "/v1/requests", authorization: "Bearer \(key)").status == 200)
        let second = try Programs.run(["serve", "--data", service.data, "--listen", "127.0.0.1:0"])
        #expect(second.exitCode == 2)
        #expect(second.err.contains("lock") || second.err.contains("another process"), "\(second.err)")
        let file = service.folder.path("bad.json")
        try Data("{\"kind\": \"Compensation\"}".utf8).write(to: URL(filePath: file))
        #expect(try Programs.run(["policy", "publish", "--data", service.data, file]).exitCode == 1)
        running.stop()
        #expect(try Programs.run(["policy", "publish", "--data", service.data, file]).exitCode == 1)
        #expect(try Programs.run(["audit", "verify", "--data", service.data]).exitCode == 0)
    }

    @Test("tells the whole story in the demo: nobody missed, nobody paid twice, everybody verified")
    func demo() throws {
        let output = try Programs.run(["demo", "--json"], in: Conformance.projectRoot)
        #expect(output.exitCode == 0, "\(output.err)")
        let summary = try JSON(parsing: Array(output.out.utf8.dropLast()))
        #expect(
            summary.objectValue?.keys.sorted() == [
                "breached", "compensated", "creditsGranted", "double", "issued", "logRoot", "logSize", "missed",
                "premiumDaysGranted", "requests", "verifiedOffline",
            ])
        #expect(summary["requests"] == 600)
        #expect(summary["issued"] == 600)
        #expect(summary["missed"] == 0)
        #expect(summary["double"] == 0)
        #expect(summary["verifiedOffline"] == 600)
        // On a machine that is busy with other things more may be late than the outage makes late; fewer never.
        #expect((summary["breached"]?.integerValue ?? 0) >= 72)
        #expect(summary["compensated"] == summary["breached"])
    }
}

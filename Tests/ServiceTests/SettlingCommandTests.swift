import CanonicalJSON
import TestSupport
import Testing

@Suite("What is owed, on the command line")
struct SettlingCommandTests {
    @Test("says that nothing is owed, and that nothing waits, where that is so; JSON for programs")
    func nothing() throws {
        let service = try TestService()
        let report = try Programs.run(["report", "owed", "--data", service.data])
        #expect(report.exitCode == 0 && report.out == "Nothing is owed: everything that was given is paid.\n")
        let json = try Programs.run(["report", "owed", "--data", service.data, "--json"])
        #expect(try JSON(parsing: Array(json.out.utf8.dropLast()))["owed"] == [])
        let approvals = try Programs.run(["approval", "list", "--data", service.data])
        #expect(approvals.out == "Nothing waits for anybody's word.\n")
    }
}

import Foundation
import Temporal
import Testing
import ZoneDatabase

@Suite("The time zone database of a machine")
struct ZoneDatabaseTests {
    /// A folder of our own with two zones, one of them no zone file, and a text of rules.
    private func folder(_ name: String, _ files: [String: [UInt8]]) throws -> String {
        let root = FileManager.default.temporaryDirectory.appending(path: "punctual-zones-\(name)-\(getpid())")
        for (path, bytes) in files {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
        return root.path
    }

    @Test("the release is what the first line of tzdata.zi says, or else the file +VERSION")
    func releases() throws {
        let both = try folder(
            "both", ["tzdata.zi": Array("# version 2025b\nZ A/B 0 - UTC\n".utf8), "+VERSION": [0x58]])
        #expect(try ZoneDatabase(folder: both).release() == "2025b")
        let version = try folder("version", ["+VERSION": Array("2024a\n".utf8)])
        #expect(try ZoneDatabase(folder: version).release() == "2024a")
        #expect(throws: ZoneDatabaseError.unknownRelease(folder: "/nowhere")) {
            try ZoneDatabase(folder: "/nowhere").release()
        }
    }

    @Test("names are those of zones and of links, sorted")
    func names() throws {
        let text = "# version 2025b\nR A 1 o - Jan 1 0 0 -\nZ B/C 0 - UTC\n1 - X\nL B/C A\nZ Etc/UTC 0 - UTC\n"
        let database = ZoneDatabase(folder: try folder("names", ["tzdata.zi": Array(text.utf8)]))
        #expect(try database.names().map(\.text) == ["A", "B/C", "Etc/UTC"])
    }

    @Test("a zone that is not there, a folder, a text and an endless file are refused, each with its own word")
    func refusals() throws {
        let root = try folder(
            "refusals",
            [
                "Europe/Nowhere": Array("not a zone".utf8), "Big": [UInt8](repeating: 0, count: 1 << 17),
            ])
        let database = ZoneDatabase(folder: root)
        #expect(throws: ZoneDatabaseError.unknownZone(try ZoneName(parsing: "Mars/Base"), folder: root)) {
            try database.rules(of: ZoneName(parsing: "Mars/Base"))
        }
        #expect(throws: ZoneDatabaseError.unknownZone(try ZoneName(parsing: "Europe"), folder: root)) {
            try database.rules(of: ZoneName(parsing: "Europe"))
        }
        #expect(throws: ZoneDatabaseError.unreadable(path: root + "/Big")) {
            try database.rules(of: ZoneName(parsing: "Big"))
        }
        #expect { try database.rules(of: ZoneName(parsing: "Europe/Nowhere")) } throws: { error in
            "\(error)".contains("does not begin with TZif")
        }
    }

    @Test("every zone of this machine is read, and pins the same twice")
    func installed() throws {
        let database = ZoneDatabase()
        let names = try database.names()
        #expect(names.count > 400)
        for name in names {
            let rules = try database.rules(of: name)
            #expect(try rules == database.rules(of: name), "\(name)")
        }
    }
}

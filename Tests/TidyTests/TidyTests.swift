import Foundation
import TestSupport
import Testing

/// Rules about our own sources that a compiler does not check.
@Suite("Our sources")
struct TidyTests {
    struct Source: Sendable {
        let path: String
        let lines: [String]
        var room: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    }

    static let sources = read(under: "Sources", extension: "swift")
    static let tests = read(under: "Tests", extension: "swift")
    static let programs: Set<String> = ["punctual", "vcverify", "measure"]

    private static func read(under folder: String, extension suffix: String) -> [Source] {
        let root = Conformance.projectRoot
        let files = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
        return (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix("." + suffix) }.sorted().map { file in
            let path = "\(folder)/\(file)"
            let text = (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
            return Source(path: path, lines: text.components(separatedBy: "\n"))
        }
    }

    /// Lines of code, without what stands behind `//`.
    private func code(_ line: String) -> String { line.components(separatedBy: "//")[0] }

    private func places(_ sources: [Source], where isWrong: (Source, String) -> Bool) -> [String] {
        sources.flatMap { source in
            source.lines.enumerated().filter { isWrong(source, $0.element) }.map { "\(source.path):\($0.offset + 1)" }
        }
    }

    @Test("there are sources to look at")
    func sourcesAreFound() {
        #expect(Self.sources.count > 100)
        #expect(Self.tests.count > 30)
    }

    @Test("no file is longer than 400 lines, no line than 120 columns")
    func sizes() {
        #expect((Self.sources + Self.tests).filter { $0.lines.count > 401 }.map(\.path) == [])
        #expect(places(Self.sources) { $1.count > 120 } == [])
    }

    @Test("only programs name the system clock and the system's random source")
    func clockAndRandom() {
        let forbidden = [
            "clock_gettime", "gettimeofday", "= Date()", "(Date()", "ContinuousClock", "SuspendingClock",
            "SystemRandomNumberGenerator", "arc4random", "getrandom", " time(nil)",
        ]
        let found = places(Self.sources.filter { !Self.programs.contains($0.room) }) { _, line in
            forbidden.contains { code(line).contains($0) }
        }
        #expect(found == [])
        // A choice from a source that is handed over is one thing, from the system's another.
        let unseeded = places(Self.sources) { _, line in
            code(line).contains(".random(in:") && !code(line).contains("using:")
        }
        #expect(unseeded == [])
        let naming = places(Self.sources.filter { !Self.programs.contains($0.room) && $0.room != "Cryptography" }) {
            $1.contains("SecureRandom(")
        }
        #expect(naming == [])
    }

    @Test("no room imports Foundation")
    func foundation() {
        #expect(places(Self.sources) { $1.contains("import Foundation") } == [])
    }

    @Test("each C library is opened by one room only")
    func doors() {
        let rooms = [
            "COpenSSL": ["Cryptography"], "CSQLite": ["SQLiteStorage"], "CMicroHTTPD": ["HTTPServer"],
            "CCurl": ["HTTPClient"], "CZlib": ["Compression"], "CPostgreSQL": ["PostgreSQLStorage"],
            "CEpoll": ["LoadGeneration"],
        ]
        for (door, allowed) in rooms {
            let users = Set(
                Self.sources.filter { source in source.lines.contains { $0.contains("import \(door)") } }.map(\.room))
            #expect(users == Set(allowed), "\(door)")
        }
    }

    @Test("every package declaration has a documentation comment")
    func documentation() {
        let declarations = [
            "package struct ", "package enum ", "package final class ", "package protocol ", "package func ",
        ]
        var bare: [String] = []
        for source in Self.sources {
            for (number, line) in source.lines.enumerated() where number > 0 {
                let text = line.trimmingCharacters(in: .whitespaces)
                guard declarations.contains(where: { text.hasPrefix($0) }) || text.hasPrefix("package static func ")
                else {
                    continue
                }
                var above = number - 1
                while above > 0, source.lines[above].trimmingCharacters(in: .whitespaces).hasPrefix("@") { above -= 1 }
                let comment = source.lines[above].trimmingCharacters(in: .whitespaces)
                // Witnesses of protocols say nothing new: operators, encoders of the standard library.
                let isWitness =
                    text.contains("static func ==") || text.contains("static func <")
                    || text.contains("hash(into") || text.contains("static func +") || text.contains("static func -")
                if !comment.hasPrefix("///"), !isWitness { bare.append("\(source.path):\(number + 1)") }
            }
        }
        #expect(bare == [])
    }

    @Test("nothing is left undone or switched off, and no test sleeps")
    func marks() {
        let marks = ["TO" + "DO", "FIX" + "ME"]
        #expect(places(Self.sources + Self.tests) { _, line in marks.contains { line.contains($0) } } == [])
        let waits = ["Task.sleep", "Thread.sleep", "usleep(", "nanosleep("]
        let found = places(Self.tests.filter { !$0.path.contains("TidyTests") }) { _, line in
            waits.contains { code(line).contains($0) }
        }
        #expect(found == [])
    }

    @Test("every room has a DocC page that begins with its name")
    func pages() throws {
        let rooms = Set(Self.sources.map(\.room))
        for room in rooms.sorted() {
            let page = Conformance.projectRoot.appending(path: "Sources/\(room)/\(room).docc/\(room).md")
            let text = try String(contentsOf: page, encoding: .utf8)
            #expect(text.hasPrefix("# ``\(room)``\n"), "\(room)")
            #expect(text.count > 300, "\(room)")
        }
    }

    @Test("the top level holds what it may hold, and the manifest no package dependencies")
    func topLevel() throws {
        let root = Conformance.projectRoot
        let allowed: Set<String> = ["Package.swift", "Sources", "Tests", "README.md", "schemas", "vectors"]
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { !$0.hasPrefix(".") }
        #expect(Set(names).subtracting(allowed) == [])
        let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        #expect(!manifest.contains(".package("))
    }

    @Test("the test command of the README is what continuous integration runs")
    func commands() throws {
        let root = Conformance.projectRoot
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let script = try String(contentsOf: root.appending(path: ".ci/run"), encoding: .utf8)
        let command = script.split(separator: "\n").last.map(String.init) ?? ""
        #expect(command.contains("swift test"))
        #expect(readme.contains(command))
    }
}

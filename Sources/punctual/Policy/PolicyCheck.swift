import CanonicalJSON
import Compensation
import Console
import JSONSchema
import ServiceLevels
import Temporal

extension Command {
    static let checkPolicies = Command(
        syntax: CommandSyntax(
            "policy check", "Tell what keeps policy documents from being published, with the lines.",
            positionals: [.init("FILE", "Policies that belong together, in any order.", isRepeated: true)],
            options: [
                .init("examples", nil, "Also what each compensation policy pays for example delays."), .json,
            ], example: "punctual policy check service-level.json compensation.json"),
        run: { arguments, terminal in
            var check = PolicyCheck()
            for file in arguments.positionals {
                check.read(try readFile(file, maximumBytes: NamedPolicy.maximumBytes), from: file)
            }
            check.publish()
            if arguments.has("json") {
                terminal.print(check.json.canonicalString)
            } else {
                for line in check.lines { terminal.print(line) }
                if arguments.has("examples") { for line in check.examples { terminal.print(line) } }
            }
            return check.isPublishable ? .done : .negative
        })
}

/// Documents that may be published together, and what is wrong with them: each by the reader that publishes it, by the
/// schema, and with the others.
struct PolicyCheck {
    private var files: [File] = []

    private struct File {
        let name: String
        let lines: PointerLines
        var document: PolicyDocument?
        var findings: [Finding] = []

        mutating func add(_ kind: Finding.Kind, _ pointer: JSONPointer, _ problem: String) {
            guard !findings.contains(where: { $0.pointer == pointer.description && $0.kind != .note }) else { return }
            findings.append(
                Finding(kind: kind, pointer: pointer.description, line: lines.line(of: pointer), problem: problem))
        }
    }

    private struct Finding {
        let kind: Kind
        let pointer: String
        let line: Int
        let problem: String

        /// Who says so. A note keeps nothing from being published.
        enum Kind: String { case reader, schema, book, note }
    }

    /// Whether nothing but notes was found.
    var isPublishable: Bool { !files.contains { $0.findings.contains { $0.kind != .note } } }

    /// Reads one file by itself.
    mutating func read(_ bytes: [UInt8], from name: String) {
        var file = File(name: name, lines: PointerLines(bytes))
        do throws(PolicyError) {
            let document = try PolicyDocument(parsing: bytes)
            file.document = document
            _ = try Policy(document)
        } catch {
            file.document = nil
            file.add(.reader, error.pointer, error.problem)
        }
        if let schema = Self.schema, let json = try? JSON(parsing: bytes, limits: PolicyDocument.limits),
            let violations = try? schema.validate(json)
        {
            // The deepest places say most; those above them only say that something below is wrong.
            let places = violations.map(\.instanceLocation.description)
            for violation in violations {
                let place = violation.instanceLocation.description
                guard !places.contains(where: { $0.hasPrefix(place + "/") }) else { continue }
                file.add(.schema, violation.instanceLocation, violation.description)
            }
        }
        files.append(file)
    }

    private static let schema = (try? JSON(parsing: PolicySchema.document)).flatMap { try? JSONSchema($0) }

    /// Publishes them in the order in which they can be, each at its own wish.
    mutating func publish() {
        var book = PolicyBook()
        var waiting = files.indices.filter { files[$0].document != nil }
        while !waiting.isEmpty {
            var refused: [Int: PolicyError] = [:]
            for index in waiting {
                guard let document = files[index].document else { continue }
                do throws(PolicyError) {
                    book = try book.adding(document, effectiveAt: document.metadata.effectiveFrom).book
                } catch {
                    refused[index] = error
                }
            }
            guard refused.count < waiting.count else {
                for (index, error) in refused.sorted(by: { $0.key < $1.key }) { note(error, at: index) }
                return
            }
            waiting = refused.keys.sorted()
        }
    }

    /// What names a document that is not here may name one that is published already.
    private mutating func note(_ error: PolicyError, at index: Int) {
        let isMissing = error.pointer.description.hasSuffix("Ref")
        files[index].add(
            isMissing ? .note : .book, error.pointer,
            isMissing ? "\(error.problem); it is not among these files" : error.problem)
    }
}

extension PolicyCheck {
    /// For people, one line each.
    var lines: [String] {
        files.flatMap { file -> [String] in
            let found = file.findings.map { finding in
                let place = finding.pointer.isEmpty ? "" : " \(finding.pointer):"
                let kind = finding.kind == .note ? " note:" : ""
                return "\(file.name):\(finding.line):\(kind)\(place) \(finding.problem)"
            }
            let isWrong = file.findings.contains { $0.kind != .note }
            return found + (isWrong ? [] : ["\(file.name): can be published, \(file.document?.hash.text ?? "")"])
        }
    }

    /// What each compensation policy pays for example delays.
    var examples: [String] {
        files.flatMap { file -> [String] in
            guard let document = file.document, case .compensation(let policy)? = try? Policy(document),
                let examples = try? WorkedExamples(of: policy)
            else { return [] }
            return ["\(file.name):"] + examples.lines
        }
    }

    /// For programs.
    var json: JSON {
        let files: [JSON] = files.map { file in
            var object: JSONObject = [
                "file": .string(file.name),
                "findings": .array(
                    file.findings.map { finding in
                        [
                            "by": .string(finding.kind.rawValue), "line": .integer(Int64(finding.line)),
                            "pointer": .string(finding.pointer), "problem": .string(finding.problem),
                        ]
                    }),
            ]
            object["hash"] = (file.document?.hash.text).map(JSON.string)
            object["kind"] = (file.document?.kind.rawValue).map(JSON.string)
            return .object(object)
        }
        return ["publishable": .bool(isPublishable), "files": .array(files)]
    }
}

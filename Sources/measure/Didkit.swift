import CanonicalJSON
import Console
import Cryptography
import Glibc
import Proofs

extension Measurement {
    static let didkit = Measurement(
        syntax: CommandSyntax(
            "didkit", "Issue the data model's example credentials, beside didkit in the same run.",
            positionals: [.init("FOLDER", "The conformance folder, with the example credentials.")],
            options: [
                .init("python", "FILE", "The python that has didkit.", isRequired: true),
                .init("script", "FILE", "The script that measures didkit.", isRequired: true), .seconds, .json,
            ],
            example: "measure didkit ../shared/conformance --python venv/bin/python --script didkit_rate.py"),
        run: { arguments, terminal in
            let folder = arguments.positionals[0]
            let seconds = try arguments.number("seconds", default: 2)
            let documents = try examples(folder + "/vc-data-model/schema/verifiable-credential")
            let command = [arguments.required("python"), arguments.required("script"), folder, String(seconds)]
            var report = Report(
                "Issuing the data model's example credentials over RDF, credentials in a second",
                columns: ["round", "didkit", "eddsa-rdfc-2022", "ratio"],
                conditions: [("documents", String(documents.count)), ("seconds for each", String(seconds))])
            for round in 1...3 {
                terminal.progress("round \(round) of 3")
                let theirs = try rate(command)
                let ours = try ours(documents, seconds)
                report.add([.count(round), .rate(theirs), .rate(ours), .ratio(ours / theirs)])
            }
            return report
        })

    /// Credentials in a second on one thread.
    private static func ours(_ documents: [JSONObject], _ seconds: Int) throws -> Double {
        let key = try Samples.key(.edDSA)
        guard let did = DIDKey(key.publicKey) else { throw Wrong() }
        let signer = try ProofSigner(
            key: key, verificationMethod: did.verificationMethod, cryptosuite: .eddsaRDFC2022)
        let ready = documents.map { document in
            var document = document
            (document["proof"], document["issuer"]) = (nil, .string(did.description))
            return document
        }
        return try Race(cores: 1, seconds: seconds).rates([
            { number in _ = try signer.secure(ready[number % ready.count], created: Samples.instant) }
        ])[0]
    }

    private static func examples(_ folder: String) throws -> [JSONObject] {
        guard let directory = unsafe opendir(folder) else { throw UsageError("\(folder) is not a folder.") }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name.hasPrefix("example-"), name.hasSuffix(".json") { names.append(name) }
        }
        return try names.sorted().map { name in
            guard case .object(let document) = try JSON(parsing: readFile(folder + "/" + name, maximumBytes: 1 << 20))
            else { throw UsageError("\(name) is not an object.") }
            return document
        }
    }

    /// What the script prints as its rate.
    private static func rate(_ command: [String]) throws -> Double {
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

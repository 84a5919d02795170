import CanonicalJSON
import Console
import Cryptography
import Figures
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
        run: { arguments, _, terminal in
            let folder = arguments.positionals[0]
            let seconds = try arguments.number("seconds", default: 2)
            let documents = try examples(folder + "/vc-data-model/schema/verifiable-credential")
            let command = [arguments.required("python"), arguments.required("script"), folder, String(seconds)]
            var report = Report(
                "Issuing the data model's example credentials over RDF (eddsa-rdfc-2022), beside didkit",
                data: .init(documents.count, "example credentials of the data model"),
                conditions: [
                    ("seconds for each", String(seconds)), ("raw", "didkit in Python, one thread, in turn with ours"),
                ])
            for round in 1...3 {
                terminal.progress("round \(round) of 3")
                let theirs = try Peer.rate(command)
                let ours = try ours(documents, seconds)
                report.add(
                    "round \(round)", perSecond: ours.perSecond, raw: theirs, times: ours.times,
                    [("of didkit", .times(ours.perSecond / theirs))])
            }
            return report
        })

    /// Credentials in a second on one thread.
    private static func ours(_ documents: [JSONObject], _ seconds: Int) throws -> Race.Lap {
        let key = try Samples.key(.edDSA)
        guard let did = DIDKey(key.publicKey) else { throw Wrong() }
        let signer = try ProofSigner(
            key: key, verificationMethod: did.verificationMethod, cryptosuite: .eddsaRDFC2022)
        let ready = documents.map { document in
            var document = document
            (document["proof"], document["issuer"]) = (nil, .string(did.description))
            return document
        }
        return try Race(cores: 1, seconds: seconds).laps([
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
}

import CanonicalJSON
import Console
import Cryptography
import Figures
import LinkedData

extension Measurement {
    static let canonicalization = Measurement(
        syntax: CommandSyntax(
            "canonicalization", "Canonical JSON, JSON-LD to RDF, and RDFC-1.0, by the size of the document.",
            options: [.seconds, .cores, .json], example: "measure canonicalization"),
        run: { arguments, _, terminal in
            let race = Race(
                cores: try arguments.number("cores", default: 1), seconds: try arguments.number("seconds", default: 2))
            var report = Report(
                "Canonical forms of credentials", data: Samples.size,
                conditions: [
                    ("threads", String(race.cores)), ("seconds for each", String(race.seconds)),
                    ("raw", "SHA-256 of as many bytes as the document has, in turn"),
                ])
            for achievements in [1, 10, 100, 1000] {
                terminal.progress("measuring a credential with \(achievements) achievements")
                try add(achievements, race, to: &report)
            }
            return report
        })

    private static func add(_ achievements: Int, _ race: Race, to report: inout Report) throws {
        let documents = Samples.credentials(max(256 / achievements, 2), achievements: achievements)
        let datasets = try documents.map { try JSONLD.quads(of: $0, contexts: .published) }
        let bytes = JSON.object(documents[0]).canonicalBytes
        let laps = try race.laps([
            { _ in _ = SHA256.hash(bytes) },
            { number in _ = JSON.object(documents[number % documents.count]).canonicalBytes },
            { number in _ = try JSONLD.quads(of: documents[number % documents.count], contexts: .published) },
            { number in _ = try RDFC10.canonicalize(datasets[number % datasets.count]) },
            { number in
                let quads = try JSONLD.quads(of: documents[number % documents.count], contexts: .published)
                _ = try RDFC10.canonicalize(quads)
            },
        ])
        for (name, lap) in zip(["RFC 8785", "to RDF", "RDFC-1.0", "RDF and RDFC"], laps.dropFirst()) {
            report.add(
                "\(name), \(datasets[0].count) statements", perSecond: lap.perSecond, raw: laps[0].perSecond,
                times: lap.times, [("bytes", .count(bytes.count))])
        }
    }
}

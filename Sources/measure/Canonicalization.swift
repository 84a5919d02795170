import CanonicalJSON
import Console
import LinkedData

extension Measurement {
    static let canonicalization = Measurement(
        syntax: CommandSyntax(
            "canonicalization", "Canonical JSON, JSON-LD to RDF, and RDFC-1.0, by the size of the document.",
            options: [.seconds, .cores, .json], example: "measure canonicalization"),
        run: { arguments, terminal in
            let race = Race(
                cores: try arguments.number("cores", default: 1), seconds: try arguments.number("seconds", default: 2))
            var report = Report(
                "Canonical forms of credentials, documents in a second",
                columns: ["bytes", "statements", "RFC 8785", "to RDF", "RDFC-1.0", "RDF and RDFC"],
                conditions: [("threads", String(race.cores)), ("seconds for each", String(race.seconds))])
            for achievements in [1, 10, 100, 1000] {
                terminal.progress("measuring a credential with \(achievements) achievements")
                report.add(try row(achievements, race))
            }
            return report
        })

    private static func row(_ achievements: Int, _ race: Race) throws -> [Report.Value] {
        let documents = Samples.credentials(max(256 / achievements, 2), achievements: achievements)
        let datasets = try documents.map { try JSONLD.quads(of: $0, contexts: .published) }
        let rates = try race.rates([
            { number in _ = JSON.object(documents[number % documents.count]).canonicalBytes },
            { number in _ = try JSONLD.quads(of: documents[number % documents.count], contexts: .published) },
            { number in _ = try RDFC10.canonicalize(datasets[number % datasets.count]) },
            { number in
                let quads = try JSONLD.quads(of: documents[number % documents.count], contexts: .published)
                _ = try RDFC10.canonicalize(quads)
            },
        ])
        return [.count(JSON.object(documents[0]).canonicalBytes.count), .count(datasets[0].count)]
            + rates.map { .rate($0) }
    }
}

import CanonicalJSON
package import ServiceLevels

/// That a policy is what the law of some regions demands at least, as the operator was told (rule 86).
package struct MandatoryMinimum: Hashable, Sendable {
    /// The id of the policy that it may raise, of the same tenant.
    package let of: String
    /// Where it is demanded; not empty, each once.
    package let regions: [Region]
    /// Where the text stands that demands it. Not judged by anybody here.
    package let source: String

    /// As many as conditions have values.
    private static let mostRegions = 64
    /// Of Unicode scalar values: the name of a law with its article, or an address.
    private static let sourceLengths = 1...300

    init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        of = try reader.identifier("of")
        source = try reader.string("source")
        guard Self.sourceLengths.contains(source.unicodeScalars.count) else {
            let problem = "expected 1 to \(Self.sourceLengths.upperBound) characters that say where it is demanded"
            throw JSONShapeError(pointer: reader.pointer(to: "source"), problem: problem)
        }
        let elements = try reader.array("regions")
        guard (1...Self.mostRegions).contains(elements.count) else {
            let problem = "expected 1 to \(Self.mostRegions) regions, found \(elements.count)"
            throw JSONShapeError(pointer: reader.pointer(to: "regions"), problem: problem)
        }
        var regions: [Region] = []
        for (json, place) in elements {
            guard let region = json.stringValue.flatMap(Region.init) else {
                throw JSONShapeError(pointer: place, problem: "expected a country code of two capital letters, as DE")
            }
            guard !regions.contains(region) else {
                throw JSONShapeError(pointer: place, problem: "\(region.rawValue) stands here twice; keep one")
            }
            regions.append(region)
        }
        self.regions = regions
        try reader.finish()
    }

    /// As it stands in a trail: `mandatory minimum of credits for DE or AT`.
    var inTrail: String {
        "mandatory minimum of \(of) for institutions in \(regions.map(\.rawValue).joined(separator: " or "))"
    }

    /// What it is, and that its reason is not ours.
    var inWords: [String] {
        let places = regions.map(\.rawValue).joined(separator: " or ")
        return [
            "This is the mandatory minimum for requests of institutions in \(places), in place of the policy \(of) "
                + "wherever it gives more; it never takes anything that \(of) gives.",
            "It is demanded by this text, as we were told; we print it and do not judge it: \(source)",
        ]
    }
}

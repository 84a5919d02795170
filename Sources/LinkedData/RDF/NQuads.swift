/// Datasets as text: [RDF 1.1 N-Quads](https://www.w3.org/TR/n-quads/).
package enum NQuads {
    /// How much a parser may be asked to read.
    package struct Limits: Hashable, Sendable {
        /// The most bytes that a dataset may have.
        package let maximumBytes: Int

        /// The most statements that a dataset may have.
        package let maximumStatements: Int

        /// 16 MiB and 65,536 statements: the N-Quads of the largest JSON document that we read (1 MiB) repeat long
        /// IRIs, and a credential has about thirty statements.
        package static let standard = Limits(maximumBytes: 1 << 24, maximumStatements: 1 << 16)

        /// Limits for a caller who knows the data.
        package init(maximumBytes: Int, maximumStatements: Int) {
            (self.maximumBytes, self.maximumStatements) = (maximumBytes, maximumStatements)
        }
    }

    /// The statements of `bytes` in their order, read strictly: what the grammar does not allow is refused with its
    /// line.
    package static func parse(
        _ bytes: [UInt8], limits: Limits = .standard
    ) throws(LinkedDataError) -> [Quad] {
        do {
            var parser = try NQuadsParser(bytes, limits: limits)
            return try parser.parse()
        } catch { throw LinkedDataError(error) }
    }

    /// The statements, one a line in the order given, each in
    /// [canonical N-Quads](https://www.w3.org/TR/rdf-canon/#canonical-quads) with its blank nodes under their own
    /// labels.
    ///
    /// Refused: what N-Quads cannot say, such as an IRI with a space in it.
    package static func serialize(_ quads: [Quad]) throws(LinkedDataError) -> [UInt8] {
        var output: [UInt8] = []
        for (index, quad) in quads.enumerated() {
            do {
                try NQuadsWriter.append(quad, to: &output)
            } catch { throw LinkedDataError(RDFProblem.unwritable(statement: index, error)) }
        }
        return output
    }
}

import CanonicalJSON
import Synchronization

/// The canonical proof configurations of one signer, whose proofs differ in `created` only: one for each `@context`
/// that documents had, with a gap where `created` goes.
///
/// A configuration is read with the document's contexts, so in general it is expanded and canonicalized for each
/// document, which takes as long as a small document itself. But what contexts make of it does not depend on the
/// document, and `created` is one literal in one line of it. So the general path is gone once for each `@context`, and
/// its result is kept when filling the gap is certain to give what the general path would give again.
final class PreparedConfigurations: Sendable {
    /// An issuer's templates have a handful of contexts; more are forgotten all at once and prepared again.
    private static let maximumCount = 64

    private let templates = Mutex<[JSON: Template]>([:])

    /// The canonical configuration, from what is known or else from `canonicalize`.
    ///
    /// - Parameters:
    ///   - contexts: `@context` of the document, which is also that of the configuration.
    ///   - created: the value of `created`.
    func configuration(
        contexts: JSON, created: String, canonicalize: () throws(ProofError) -> [UInt8]
    ) throws(ProofError) -> [UInt8] {
        if let template = templates.withLock({ $0[contexts] }) { return template.filled(created) }
        let canonical = try canonicalize()
        if let template = Template(canonical, created: created) {
            templates.withLock { templates in
                if templates.count >= Self.maximumCount { templates = [:] }
                templates[contexts] = template
            }
        }
        return canonical
    }

    /// Canonical N-Quads around the value of `created`.
    struct Template {
        private let before: [UInt8]
        private let after: [UInt8]

        private static let subject = Array("_:c14n0 ".utf8)
        private static let created = Array("_:c14n0 <http://purl.org/dc/terms/created> \"".utf8)

        /// Nil unless another value would change nothing but itself: all lines are about the one blank node, whose
        /// number therefore stays, and `created` is the only one with its property, so that the order stays.
        init?(_ canonical: [UInt8], created value: String) {
            let lines = canonical.split(separator: UInt8(ascii: "\n"))
            let line = lines.filter { $0.starts(with: Self.created) }
            guard line.count == 1, let place = line.first.map(\.startIndex),
                lines.allSatisfy({ line in
                    line.starts(with: Self.subject) && !Self.hasBlankNode(line.dropFirst(Self.subject.count))
                })
            else { return nil }
            let start = place + Self.created.count
            let text = Array(value.utf8)
            guard canonical[start...].starts(with: text), canonical[(start + text.count)...].first == UInt8(ascii: "\"")
            else { return nil }
            before = Array(canonical[..<start])
            after = Array(canonical[(start + text.count)...])
        }

        /// Whether `_:` occurs, be it in a literal.
        private static func hasBlankNode(_ line: ArraySlice<UInt8>) -> Bool {
            zip(line, line.dropFirst()).contains { $0 == UInt8(ascii: "_") && $1 == UInt8(ascii: ":") }
        }

        /// With another value, which is a dateTimeStamp and needs no escape.
        func filled(_ created: String) -> [UInt8] { before + created.utf8 + after }
    }
}

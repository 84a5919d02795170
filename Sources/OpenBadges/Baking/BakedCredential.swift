package import CanonicalJSON

/// The signed credential that an image carries
/// ([Open Badges 3.0, 5.3](https://www.imsglobal.org/spec/ob/v3p0#baked-badge)).
package struct BakedCredential: Hashable, Sendable {
    /// How a credential is secured decides where in an SVG it stands.
    package enum Form: Hashable, Sendable {
        /// By embedded proofs: the text is a JSON object.
        case document
        /// The text is a compact JWS.
        case token
    }

    /// Which of the two it is.
    package let form: Form

    /// The text as it stands in the image, without white space around it.
    package let text: String

    /// The most bytes of a text that are read: those of a JSON document.
    package static let maximumBytes = JSONLimits.standard.maximumBytes

    /// A credential with embedded proofs, in its canonical text.
    package init(_ document: JSONObject) {
        (form, text) = (.document, JSON.object(document).canonicalString)
    }

    /// Reads a text: a JSON object or else a compact JWS. What they say is not looked at.
    /// - Throws: ``BakingError/notACredential(_:)``.
    package init(_ text: String) throws(BakingError) {
        let isSpace = { (byte: UInt8) in XMLScanner.isSpace(byte) }
        let bytes = Array(text.utf8.drop(while: isSpace))
        let end = (bytes.lastIndex { !isSpace($0) } ?? -1) + 1
        guard end <= Self.maximumBytes else { throw .notACredential("it is longer than any credential") }
        self.text = String(decoding: bytes[..<end], as: UTF8.self)
        if CompactJWS.isOne(self.text) {
            form = .token
            return
        }
        let json: JSON
        do {
            json = try JSON(parsing: bytes[..<end])
        } catch {
            throw .notACredential("it is neither a compact JWS nor JSON: \(error)")
        }
        guard json.objectValue != nil else { throw .notACredential("it is JSON, but no object") }
        form = .document
    }
}

import CanonicalJSON
import Glibc

/// Numbers as RDF literals
/// ([JSON-LD 1.1 API, 8.6](https://www.w3.org/TR/json-ld11-api/#data-round-tripping)).
enum LexicalForm {
    /// The text of a number and the datatype that it has by itself. A number that is whole and below 10^21 is an
    /// integer, unless its datatype is `xsd:double`.
    static func number(_ value: Double, datatype: String?) -> (text: String, datatype: String) {
        if datatype != Vocabulary.double, value.magnitude < 1e21, value == value.rounded(.towardZero) {
            return ((value < 0 ? "-" : "") + String(UInt128(value.magnitude)), datatype ?? Vocabulary.integer)
        }
        return (double(value), datatype ?? Vocabulary.double)
    }

    /// `%1.15E` without the zeros that say nothing, as the specification defines the canonical form: the shortest
    /// digits that Swift knows would be others.
    private static func double(_ value: Double) -> String {
        var buffer = [CChar](repeating: 0, count: 32)
        let length = unsafe withVaList([value]) { unsafe vsnprintf(&buffer, buffer.count, "%.15E", $0) }
        let bytes = buffer[..<Int(length)].map { UInt8(bitPattern: $0) }
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "E")) else { preconditionFailure("no exponent") }
        var mantissa = bytes[..<mark]
        while mantissa.last == UInt8(ascii: "0") { mantissa.removeLast() }
        if mantissa.last == UInt8(ascii: ".") { mantissa.append(UInt8(ascii: "0")) }
        let exponent = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)) ?? 0
        return String(decoding: mantissa, as: UTF8.self) + "E" + String(exponent)
    }
}

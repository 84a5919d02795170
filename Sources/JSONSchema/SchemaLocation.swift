package import CanonicalJSON

/// A place in a schema: its resource, and a pointer from the root of that resource.
package struct SchemaLocation: Hashable, Sendable {
    /// The identifier of the resource, without a fragment; empty for a schema that was given none.
    package let resource: String

    /// The place within the resource.
    package let pointer: JSONPointer

    func appending(_ key: String) -> SchemaLocation {
        SchemaLocation(resource: resource, pointer: pointer.appending(key))
    }

    /// A key under which places are told apart by code units.
    var key: ExactString { ExactString("\(resource)#\(pointer.description)") }
}

extension SchemaLocation: CustomStringConvertible {
    /// The place as a URI with a fragment: RFC 6901 section 6.
    package var description: String {
        var bytes = Array(resource.utf8)
        bytes.append(UInt8(ascii: "#"))
        for byte in pointer.description.utf8 {
            if byte < 0x80, Self.needsNoEscape.contains(UInt32(byte)) {
                bytes.append(byte)
            } else {
                bytes += ((byte < 0x10 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)).utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `pchar` of RFC 3986 without "%", and "/" and "?".
    private static let needsNoEscape = ScalarSet(
        ([0x30...0x39, 0x41...0x5A, 0x61...0x7A] as [ClosedRange<UInt32>])
            + "-._~!$&'()*+,;=:@/?".unicodeScalars.map { $0.value...$0.value })
}

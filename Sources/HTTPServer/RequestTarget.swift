/// The request-target of a request line, taken apart ([RFC 9112, section 3.2](
/// https://www.rfc-editor.org/rfc/rfc9112#section-3.2)).
struct RequestTarget {
    let authority: String?
    let path: String
    let segments: [String]
    let query: [HTTPRequest.QueryParameter]

    init(_ bytes: [UInt8]) throws(HTTPRefusal) {
        // A fragment is never sent; white space, controls and other alphabets come percent-encoded.
        guard bytes.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "#") }) else { throw .malformedTarget }
        var rest = bytes[...]
        authority = takeAuthority(&rest)
        let mark = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        var path = rest[..<mark]
        if authority != nil, path.isEmpty { path = [UInt8(ascii: "/")] }
        self.path = String(decoding: path, as: UTF8.self)
        if path.first == UInt8(ascii: "/") {
            segments = try decodeSegments(path.dropFirst())
        } else if path.elementsEqual([UInt8(ascii: "*")]), mark == rest.endIndex {
            segments = []
        } else {
            throw .malformedTarget
        }
        query = try decodeQuery(rest[mark...].dropFirst())
    }
}

/// Takes `http://authority` off an absolute-form target.
private func takeAuthority(_ target: inout ArraySlice<UInt8>) -> String? {
    for scheme in ["http://", "https://"] {
        guard String(decoding: target.prefix(scheme.utf8.count), as: UTF8.self).lowercased() == scheme else { continue }
        let rest = target.dropFirst(scheme.utf8.count)
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard end > rest.startIndex else { return nil }
        target = rest[end...]
        return String(decoding: rest[..<end], as: UTF8.self)
    }
    return nil
}

private func decodeSegments(_ path: ArraySlice<UInt8>) throws(HTTPRefusal) -> [String] {
    var segments: [String] = []
    guard !path.isEmpty else { return segments }
    for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
        segments.append(try decode(part, plusIsSpace: false))
    }
    return segments
}

/// `application/x-www-form-urlencoded`, as browsers and command lines write a query: `+` is a space.
private func decodeQuery(_ query: ArraySlice<UInt8>) throws(HTTPRefusal) -> [HTTPRequest.QueryParameter] {
    var parameters: [HTTPRequest.QueryParameter] = []
    for part in query.split(separator: UInt8(ascii: "&")) {
        let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
        parameters.append(
            HTTPRequest.QueryParameter(
                name: try decode(part[..<equals], plusIsSpace: true),
                value: try decode(part[equals...].dropFirst(), plusIsSpace: true)))
    }
    return parameters
}

private func decode(_ text: ArraySlice<UInt8>, plusIsSpace: Bool) throws(HTTPRefusal) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
        switch byte {
        case UInt8(ascii: "%"):
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit),
                high | low != 0
            else { throw .malformedEncoding }
            bytes.append(high << 4 | low)
        case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
        default: bytes.append(byte)
        }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .malformedEncoding }
    return decoded
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
}

/// The productions of [RFC 3986, appendix A](https://www.rfc-editor.org/rfc/rfc3986#appendix-A), walked over bytes.
enum URIGrammar {
    private typealias Bytes = ArraySlice<UInt8>

    private static let scheme = ByteSet.alphanumerics + "+-."
    /// `unreserved` and `sub-delims`.
    private static let host = ByteSet.alphanumerics + "-._~!$&'()*+,;="
    private static let userInfo = host + ":"
    /// `pchar`, and the slash between segments.
    private static let path = userInfo + "@/"
    private static let query = path + "?"

    /// What is wrong with a text that is not a `URI`, as a sentence without its subject; nil when it is one.
    static func fault(in text: String) -> String? {
        let bytes = Array(text.utf8)[...]
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            return "has no scheme; write an absolute URL such as https://… or did:…"
        }
        let name = bytes[..<colon]
        guard let first = name.first, ByteSet.letters.contains(first), scheme.containsAll(name) else {
            return "does not begin with a scheme of letters and digits"
        }
        let (hierPart, fragment) = split(bytes[(colon + 1)...], at: UInt8(ascii: "#"))
        let (location, query) = split(hierPart, at: UInt8(ascii: "?"))
        if let fault = locationFault(location, isHTTP: isHTTP(name)) { return fault }
        for part in [query, fragment] {
            if let fault = part.flatMap({ characterFault(in: $0, allowing: Self.query) }) { return fault }
        }
        return nil
    }

    private static func isHTTP(_ scheme: Bytes) -> Bool {
        let name = scheme.lazy.map { $0 | 0x20 }
        return name.elementsEqual("https".utf8) || name.elementsEqual("http".utf8)
    }

    private static func split(_ bytes: Bytes, at mark: UInt8) -> (Bytes, Bytes?) {
        guard let index = bytes.firstIndex(of: mark) else { return (bytes, nil) }
        return (bytes[..<index], bytes[(index + 1)...])
    }

    private static func locationFault(_ location: Bytes, isHTTP: Bool) -> String? {
        guard location.starts(with: "//".utf8) else {
            return isHTTP ? "has no host after its scheme" : characterFault(in: location, allowing: path)
        }
        let afterSlashes = location.dropFirst(2)
        let pathStart = afterSlashes.firstIndex(of: UInt8(ascii: "/")) ?? afterSlashes.endIndex
        return authorityFault(afterSlashes[..<pathStart], needsHost: isHTTP)
            ?? characterFault(in: afterSlashes[pathStart...], allowing: path)
    }

    private static func authorityFault(_ authority: Bytes, needsHost: Bool) -> String? {
        let (before, after) = split(authority, at: UInt8(ascii: "@"))
        if after != nil, let fault = characterFault(in: before, allowing: userInfo) { return fault }
        let (host, port) = splitPort(after ?? before)
        if needsHost, host.isEmpty { return "has no host after its scheme" }
        if let port, !ByteSet.digits.containsAll(port) { return "has a port that is not a number" }
        guard host.first == UInt8(ascii: "[") else { return characterFault(in: host, allowing: Self.host) }
        let isLiteral = host.last == UInt8(ascii: "]") && isIPLiteral(host.dropFirst().dropLast())
        return isLiteral ? nil : "has something in brackets that is not an IPv6 address"
    }

    private static func splitPort(_ hostAndPort: Bytes) -> (Bytes, Bytes?) {
        var hostEnd = hostAndPort.startIndex
        if hostAndPort.first == UInt8(ascii: "[") {
            hostEnd = hostAndPort.lastIndex(of: UInt8(ascii: "]")) ?? hostAndPort.endIndex
        }
        guard let colon = hostAndPort[hostEnd...].firstIndex(of: UInt8(ascii: ":")) else { return (hostAndPort, nil) }
        return (hostAndPort[..<colon], hostAndPort[(colon + 1)...])
    }

    private static func characterFault(in part: Bytes, allowing allowed: ByteSet) -> String? {
        for (index, byte) in zip(part.indices, part) where !allowed.contains(byte) {
            if byte == UInt8(ascii: "%") {
                let digits = part[(index + 1)...].prefix(2)
                guard digits.count == 2, ByteSet.hexDigits.containsAll(digits) else {
                    return "has a % that is not followed by two hexadecimal digits"
                }
            } else if byte > 0x20, byte < 0x7F {
                return "has the character \(Unicode.Scalar(byte)) in a place where it must be percent-encoded"
            } else {
                return "has a space or another character that must be percent-encoded"
            }
        }
        return nil
    }
}

extension URIGrammar {
    /// `IPv6address` or `IPvFuture`, without the brackets.
    private static func isIPLiteral(_ literal: Bytes) -> Bool {
        guard literal.first == UInt8(ascii: "v") || literal.first == UInt8(ascii: "V") else {
            return isIPv6Address(literal)
        }
        let (version, address) = split(literal.dropFirst(), at: UInt8(ascii: "."))
        guard let address, !version.isEmpty, !address.isEmpty else { return false }
        return ByteSet.hexDigits.containsAll(version) && userInfo.containsAll(address)
    }

    /// Eight groups of 16 bits, or fewer when `::` stands for the rest.
    private static func isIPv6Address(_ address: Bytes) -> Bool {
        let halves = Array(address).split(separator: Array("::".utf8), omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var groupCount = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let groups = half.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            for (position, group) in groups.enumerated() {
                let isLast = index == halves.count - 1 && position == groups.count - 1
                if isLast, isIPv4Address(group) {
                    groupCount += 2
                } else if 1...4 ~= group.count, ByteSet.hexDigits.containsAll(group) {
                    groupCount += 1
                } else {
                    return false
                }
            }
        }
        return halves.count == 2 ? groupCount <= 7 : groupCount == 8
    }

    private static func isIPv4Address(_ address: Bytes) -> Bool {
        let octets = address.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return octets.count == 4
            && octets.allSatisfy { octet in
                guard 1...3 ~= octet.count, ByteSet.digits.containsAll(octet) else { return false }
                let hasLeadingZero = octet.count > 1 && octet.first == UInt8(ascii: "0")
                return !hasLeadingZero && octet.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
            }
    }
}

/// The productions of [RFC 3986, appendix A](https://www.rfc-editor.org/rfc/rfc3986#appendix-A), walked over bytes.
enum URIGrammar {
    /// What is wrong with a text that is not a `URI`, as a sentence without its subject; nil when it is one.
    static func fault(in text: String) -> String? {
        let bytes = text.utf8
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            return "has no scheme; write an absolute URL such as https://… or did:…"
        }
        let scheme = bytes[..<colon]
        guard let first = scheme.first, isLetter(first), scheme.allSatisfy(isSchemeCharacter) else {
            return "does not begin with a scheme of letters and digits"
        }
        let (hierPart, fragment) = split(bytes[bytes.index(after: colon)...], at: UInt8(ascii: "#"))
        let (location, query) = split(hierPart, at: UInt8(ascii: "?"))
        if let fault = locationFault(location, isHTTP: isHTTP(scheme)) { return fault }
        for part in [query, fragment] {
            if let fault = part.flatMap({ characterFault(in: $0, allowing: isQueryCharacter) }) { return fault }
        }
        return nil
    }

    private typealias Bytes = Substring.UTF8View

    private static func isHTTP(_ scheme: Bytes) -> Bool {
        let name = scheme.map { $0 | 0x20 }
        return name.elementsEqual("https".utf8) || name.elementsEqual("http".utf8)
    }

    private static func split(_ bytes: Bytes, at mark: UInt8) -> (Bytes, Bytes?) {
        guard let index = bytes.firstIndex(of: mark) else { return (bytes, nil) }
        return (bytes[..<index], bytes[bytes.index(after: index)...])
    }

    private static func locationFault(_ location: Bytes, isHTTP: Bool) -> String? {
        guard location.starts(with: "//".utf8) else {
            return isHTTP ? "has no host after its scheme" : characterFault(in: location, allowing: isPathCharacter)
        }
        let afterSlashes = location.dropFirst(2)
        let pathStart = afterSlashes.firstIndex(of: UInt8(ascii: "/")) ?? afterSlashes.endIndex
        return authorityFault(afterSlashes[..<pathStart], needsHost: isHTTP)
            ?? characterFault(in: afterSlashes[pathStart...], allowing: isPathCharacter)
    }

    private static func authorityFault(_ authority: Bytes, needsHost: Bool) -> String? {
        let (before, after) = split(authority, at: UInt8(ascii: "@"))
        if after != nil, let fault = characterFault(in: before, allowing: isUserInfoCharacter) { return fault }
        let (host, port) = splitPort(after ?? before)
        if needsHost, host.isEmpty { return "has no host after its scheme" }
        if let port, !port.allSatisfy(isDigit) { return "has a port that is not a number" }
        guard host.first == UInt8(ascii: "[") else {
            return characterFault(in: host, allowing: isHostCharacter)
        }
        let isLiteral = host.last == UInt8(ascii: "]") && isIPLiteral(host.dropFirst().dropLast())
        return isLiteral ? nil : "has something in brackets that is not an IPv6 address"
    }

    private static func splitPort(_ hostAndPort: Bytes) -> (Bytes, Bytes?) {
        let isLiteral = hostAndPort.first == UInt8(ascii: "[")
        let literalEnd = isLiteral ? hostAndPort.lastIndex(of: UInt8(ascii: "]")) ?? hostAndPort.endIndex : nil
        guard let colon = hostAndPort[(literalEnd ?? hostAndPort.startIndex)...].firstIndex(of: UInt8(ascii: ":")) else {
            return (hostAndPort, nil)
        }
        return (hostAndPort[..<colon], hostAndPort[hostAndPort.index(after: colon)...])
    }

    private static func characterFault(in part: Bytes, allowing isAllowed: (UInt8) -> Bool) -> String? {
        var index = part.startIndex
        while index < part.endIndex {
            let byte = part[index]
            if byte == UInt8(ascii: "%") {
                let digits = part[index...].dropFirst().prefix(2)
                guard digits.count == 2, digits.allSatisfy(isHexDigit) else {
                    return "has a % that is not followed by two hexadecimal digits"
                }
            } else if !isAllowed(byte) {
                return byte > 0x20 && byte < 0x7F
                    ? "has the character \(Unicode.Scalar(byte)) in a place where it must be percent-encoded"
                    : "has a space or another character that must be percent-encoded"
            }
            index = part.index(after: index)
        }
        return nil
    }
}

extension URIGrammar {
    static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

    static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }

    static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "f") ~= byte | 0x20
    }

    private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "+-.".utf8.contains(byte)
    }

    /// `unreserved` and `sub-delims`.
    static func isHostCharacter(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || "-._~!$&'()*+,;=".utf8.contains(byte)
    }

    static func isUserInfoCharacter(_ byte: UInt8) -> Bool { isHostCharacter(byte) || byte == UInt8(ascii: ":") }

    /// `pchar` and the slash between segments.
    private static func isPathCharacter(_ byte: UInt8) -> Bool {
        isUserInfoCharacter(byte) || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "/")
    }

    private static func isQueryCharacter(_ byte: UInt8) -> Bool {
        isPathCharacter(byte) || byte == UInt8(ascii: "?")
    }
}

extension URIGrammar {
    /// `IPv6address` or `IPvFuture`, without the brackets.
    private static func isIPLiteral(_ literal: Bytes) -> Bool {
        guard literal.first.map({ $0 | 0x20 }) == UInt8(ascii: "v") else { return isIPv6Address(literal) }
        let (version, address) = split(literal.dropFirst(), at: UInt8(ascii: "."))
        guard let address, !version.isEmpty, !address.isEmpty else { return false }
        return version.allSatisfy(isHexDigit) && address.allSatisfy(isUserInfoCharacter)
    }

    /// Eight groups of 16 bits, or fewer when `::` stands for the rest.
    private static func isIPv6Address(_ address: Bytes) -> Bool {
        let halves = Substring(address).split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var groupCount = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let groups = half.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            for (position, group) in groups.enumerated() {
                let isLast = index == halves.count - 1 && position == groups.count - 1
                if isLast, isIPv4Address(group) {
                    groupCount += 2
                } else if 1...4 ~= group.count, group.allSatisfy(isHexDigit) {
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
        return octets.count == 4 && octets.allSatisfy { octet in
            guard 1...3 ~= octet.count, octet.allSatisfy(isDigit) else { return false }
            let hasLeadingZero = octet.count > 1 && octet.first == UInt8(ascii: "0")
            return !hasLeadingZero && octet.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
        }
    }
}

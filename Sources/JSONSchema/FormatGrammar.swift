/// The grammars of formats as regular expressions, each rule under its name in the specification.
enum FormatGrammar {
    /// `full-date`: RFC 3339 section 5.6.
    static let date = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"

    /// `full-time`: RFC 3339 section 5.6.
    static let time =
        #"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"#

    /// `duration`: RFC 3339 appendix A.
    static let duration: String = {
        let time = "T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)"
        let date = "(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)(?:\(time))?"
        return "P(?:\(date)|\(time)|[0-9]+W)"
    }()

    /// `dotted quad`: RFC 2673 section 3.2, without leading zeros.
    static let ipv4: String = {
        let octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
        return #"\#(octet)(?:\.\#(octet)){3}"#
    }()

    /// `IPv6address`: RFC 3986 section 3.2.2.
    static let ipv6: String = {
        let group = "[0-9A-Fa-f]{1,4}"
        let last = "(?:\(group):\(group)|\(ipv4))"
        var forms = ["(?:\(group):){6}\(last)"]
        for before in 0...7 {
            let head = before == 0 ? "" : "(?:(?:\(group):){0,\(before - 1)}\(group))?"
            let tail =
                switch 7 - before {
                case 0: ""
                case 1: group
                case let after: (after == 2 ? "" : "(?:\(group):){\(after - 2)}") + last
                }
            forms.append("\(head)::\(tail)")
        }
        return "(?:\(forms.joined(separator: "|")))"
    }()

    /// `Mailbox`: RFC 5321 section 4.1.2; RFC 6531 section 3.3 adds what is beyond ASCII.
    static func mailbox(beyondASCII: String) -> String {
        let atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-\(beyondASCII)]+"
        let quotedString = #""(?:[ !#-\[\]-~\#(beyondASCII)]|\\[ -~])*""#
        let literal = #"\[(?:\#(ipv4)|[Ii][Pp][Vv]6:\#(ipv6))\]"#
        return #"(?:\#(atom)(?:\.\#(atom))*|\#(quotedString))@(?:\#(hostname(beyondASCII: beyondASCII))|\#(literal))"#
    }

    /// A host name: RFC 1123 section 2.1.
    static func hostname(beyondASCII: String) -> String {
        let label = "[A-Za-z0-9\(beyondASCII)](?:[A-Za-z0-9\\-\(beyondASCII)]{0,61}[A-Za-z0-9\(beyondASCII)])?"
        return #"\#(label)(?:\.\#(label))*"#
    }

    /// `ucschar` and `iprivate`: RFC 3987 section 2.2.
    static let ucschar: String = {
        let planes = (1...14).map { plane in
            let digits = String(plane, radix: 16)
            return #"\u{\#(digits)\#(plane == 14 ? "1000" : "0000")}-\u{\#(digits)FFFD}"#
        }
        return #"\u{A0}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFEF}"# + planes.joined()
    }()
    static let iprivate = #"\u{E000}-\u{F8FF}\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD}"#

    private static let pctEncoded = "%[0-9A-Fa-f]{2}"
    private static let unreservedAndSubDelims = #"A-Za-z0-9\-._~!$&'()*+,;="#

    /// `URI`: RFC 3986 appendix A.
    static func uri(beyondASCII: String, isPrivate: String) -> String {
        let parts = URIParts(beyondASCII: beyondASCII, isPrivate: isPrivate)
        return #"[A-Za-z][A-Za-z0-9+.\-]*:\#(parts.hierarchy(noColonFirst: false))\#(parts.tail)"#
    }

    /// `URI-reference`.
    static func uriReference(beyondASCII: String, isPrivate: String) -> String {
        let parts = URIParts(beyondASCII: beyondASCII, isPrivate: isPrivate)
        let relative = parts.hierarchy(noColonFirst: true) + parts.tail
        return "(?:\(uri(beyondASCII: beyondASCII, isPrivate: isPrivate))|\(relative))"
    }

    private struct URIParts {
        let allowed: String
        let isPrivate: String

        init(beyondASCII: String, isPrivate: String) {
            allowed = unreservedAndSubDelims + beyondASCII
            self.isPrivate = isPrivate
        }

        private func characters(_ more: String) -> String { "(?:[\(allowed)\(more)]|\(pctEncoded))" }

        /// `hier-part`, or `relative-part`, which differs in its first segment.
        func hierarchy(noColonFirst: Bool) -> String {
            let pchar = characters(":@")
            let ipvFuture = #"[Vv][0-9A-Fa-f]+\.[\#(unreservedAndSubDelims):]+"#
            let host = #"(?:\[(?:\#(ipv6)|\#(ipvFuture))\]|\#(characters(""))*)"#
            let authority = "(?:\(characters(":"))*@)?\(host)(?::[0-9]*)?"
            let first = noColonFirst ? characters("@") : pchar
            let segments = "(?:/\(pchar)*)*"
            return "(?://\(authority)\(segments)|/(?:\(pchar)+\(segments))?|\(first)+\(segments)|)"
        }

        /// `[ "?" query ] [ "#" fragment ]`.
        var tail: String { #"(?:\?\#(characters(":@/?" + isPrivate))*)?(?:#\#(characters(":@/?"))*)?"# }
    }

    /// RFC 6570 section 2.
    static let uriTemplate: String = {
        let name = "(?:[A-Za-z0-9_]|\(pctEncoded))"
        let variable = #"\#(name)(?:\.?\#(name))*(?::[1-9][0-9]{0,3}|\*)?"#
        let literal = #"[!#$&'(-;=?-\[\]_a-z~\#(ucschar)\#(iprivate)]|\#(pctEncoded)"#
        return #"(?:\#(literal)|\{[+#./;?&=,!@|]?\#(variable)(?:,\#(variable))*\})*"#
    }()

    /// RFC 6901 section 3.
    static let jsonPointer = "(?:/(?:[^/~]|~[01])*)*"
}

/// The two productions of [RFC 9110, section 5](https://www.rfc-editor.org/rfc/rfc9110#section-5) that fields are
/// made of.
extension String {
    /// A method or field name: one `tchar` or more.
    var isToken: Bool {
        !utf8.isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: tokenPunctuation.contains(byte)
                }
            }
    }

    /// A field value without control characters; the tab is allowed.
    var isFieldValue: Bool {
        utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}

private let tokenPunctuation = Array("!#$%&'*+-.^_`|~".utf8)

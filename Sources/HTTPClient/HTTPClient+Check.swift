extension HTTPClient.Request {
    /// Refuses what cannot be sent as one request: a line break in a header value would begin another header.
    func check() throws(HTTPClientError) {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", url.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
            throw .invalidRequest("“\(url)” is not a web address: it has to begin with http:// or https://")
        }
        guard method.isToken else { throw .invalidRequest("“\(method)” is not a method") }
        for field in headers {
            guard field.name.isToken, field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw .invalidRequest("the header “\(field.name)” has a character that headers cannot carry")
            }
        }
    }
}

extension String {
    /// One `tchar` or more ([RFC 9110, section 5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2)).
    fileprivate var isToken: Bool {
        let punctuation = "!#$%&'*+-.^_`|~"
        return !isEmpty
            && unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
                    || punctuation.unicodeScalars.contains($0)
            }
    }
}

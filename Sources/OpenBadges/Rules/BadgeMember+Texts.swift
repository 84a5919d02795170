import Credentials

extension BadgeMember.Kind {
    /// What is wrong with a text that should be of this kind, as a sentence without its subject.
    func problem(with text: String) -> String? {
        switch self {
        case .uri: uriProblem(text)
        case .dateTime: timeProblem(text, "must be a time with its offset from UTC")
        case .date: timeProblem(text + "T00:00:00Z", "must be a date, written as 2026-12-31")
        case .languageCode: Self.isLanguageCode(text) ? nil : "must be a language code, such as en or pt-BR"
        case .countryCode: Self.isCountryCode(text) ? nil : "must be a country code of two capital letters"
        case .emailAddress: Self.isEmailAddress(text) ? nil : "must be an e-mail address"
        case .compactJWS: CompactJWS.isOne(text) ? nil : "must be a compact JWS: three parts with dots between"
        case .term(let vocabulary): vocabulary.problem(with: text)
        default: nil
        }
    }

    private func uriProblem(_ text: String) -> String? {
        do throws(CredentialError) {
            _ = try URI(text)
            return nil
        } catch {
            return error.problem
        }
    }

    private func timeProblem(_ text: String, _ expectation: String) -> String? {
        do {
            _ = try DateTimeStamp.instant(text, missingOffset: .refused)
            return nil
        } catch {
            return "\(expectation): \(error)"
        }
    }

    /// The outline of BCP 47.
    private static func isLanguageCode(_ text: String) -> Bool {
        let subtags = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return 2...8 ~= subtags[0].count && subtags[0].allSatisfy(isLetter)
            && subtags.allSatisfy { 1...8 ~= $0.count && $0.allSatisfy { isLetter($0) || isDigit($0) } }
    }

    private static func isCountryCode(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    }

    /// Something on both sides of one @, without spaces: enough to tell it from a name.
    private static func isEmailAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.contains { $0 <= 0x20 } }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}

extension Vocabulary {
    fileprivate func problem(with text: String) -> String? {
        guard !contains(text) else { return nil }
        return "must be one of \(terms.sorted().joined(separator: ", "))"
            + (isExtensible ? ", or a term of your own that begins with ext:" : "")
    }
}

/// The form of a token in compact serialization ([RFC 7515, 7.1](https://www.rfc-editor.org/rfc/rfc7515#section-7.1)).
enum CompactJWS {
    /// Whether a text is three parts in base64url, of which only the middle one may be empty.
    static func isOne(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 3 && !parts[0].isEmpty && !parts[2].isEmpty
            && parts.allSatisfy { $0.allSatisfy(isBase64URL) }
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

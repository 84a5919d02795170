import CanonicalJSON

/// Texts for people: a string, or a language value object, or a list of those
/// ([VCDM 2.0, 11.1](https://www.w3.org/TR/vc-data-model-2.0/#language-and-base-direction)).
enum LanguageValue {
    /// Refuses everything else in the members `name` and `description` of a credential or an issuer.
    static func checkNameAndDescription(of object: OpenObject) throws(CredentialError) {
        for key in ["name", "description"] {
            guard let json = object.object[key] else { continue }
            if case .string = json { continue }
            for value in try object.objects(key) { try check(value) }
        }
    }

    private static func check(_ value: OpenObject) throws(CredentialError) {
        guard try value.optionalString("@value") != nil else {
            throw value.malformed("@value", "is missing; put the text there, or write a string instead of an object")
        }
        if let language = try value.optionalString("@language"), !isWellFormed(language) {
            throw value.malformed("@language", "must be a language tag such as en or pt-BR")
        }
        if let direction = try value.optionalString("@direction"), direction != "ltr", direction != "rtl" {
            throw value.malformed("@direction", "must be ltr or rtl")
        }
        for (key, _) in value.object where !["@value", "@language", "@direction"].contains(key) {
            throw value.malformed(key, "is not allowed here: only @value, @language and @direction are")
        }
    }

    /// The outline of BCP 47: subtags of one to eight letters or digits, the first of letters only.
    private static func isWellFormed(_ tag: String) -> Bool {
        let subtags = tag.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return ByteSet.letters.containsAll(subtags[0])
            && subtags.allSatisfy { 1...8 ~= $0.count && ByteSet.alphanumerics.containsAll($0) }
    }
}

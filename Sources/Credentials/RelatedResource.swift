import CanonicalJSON
import Multiformats

/// What a credential says about the bytes of something it refers to
/// ([VCDM 2.0, 5.3](https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources)).
enum RelatedResource {
    /// Checks the form of `relatedResource`; whoever has the resource compares its digest.
    static func check(in credential: OpenObject) throws(CredentialError) {
        var seen: Set<URI> = []
        for resource in try credential.objects("relatedResource") {
            guard seen.insert(try resource.uri("id")).inserted else {
                throw resource.malformed("id", "appears twice; give each resource once")
            }
            _ = try resource.optionalString("mediaType")
            let count =
                try checkDigests(resource, "digestSRI", expected: sriExpected, isDigest: isSRI)
                + checkDigests(resource, "digestMultibase", expected: multibaseExpected, isDigest: isMultibase)
            guard count > 0 else {
                throw CredentialError(at: resource.place, "needs digestSRI or digestMultibase")
            }
        }
    }

    private static let sriExpected = "must be sha256-, sha384- or sha512- and the digest in base 64"
    private static let multibaseExpected = "must be a digest in multibase, beginning with u or z"

    /// How many digests there are: one string, or a list of strings.
    private static func checkDigests(
        _ resource: OpenObject, _ key: String, expected: String, isDigest: (String) -> Bool
    ) throws(CredentialError) -> Int {
        guard let json = resource.object[key] else { return 0 }
        let digests = json.arrayValue ?? [json]
        for digest in digests {
            guard case .string(let text) = digest, isDigest(text) else { throw resource.malformed(key, expected) }
        }
        return digests.count
    }

    /// One or more `hash-expression`, separated by spaces
    /// ([SRI, 3.5](https://www.w3.org/TR/SRI/#the-integrity-attribute)).
    private static func isSRI(_ text: String) -> Bool {
        let expressions = text.split(separator: " ")
        return !expressions.isEmpty
            && expressions.allSatisfy { expression in
                let parts = expression.split(separator: "-", maxSplits: 1)
                guard parts.count == 2, ["sha256", "sha384", "sha512"].contains(parts[0]) else { return false }
                let padding = parts[1].utf8.drop(while: base64Digits.contains)
                return padding.startIndex != parts[1].startIndex && ["", "=", "=="].contains(Substring(padding))
            }
    }

    /// Of both alphabets, as the grammar of SRI has it.
    private static let base64Digits = ByteSet.alphanumerics + "+/-_"

    private static func isMultibase(_ text: String) -> Bool {
        guard let (base, bytes) = try? Multibase.decode(text) else { return false }
        return !bytes.isEmpty && (base == .base58btc || base == .base64url)
    }
}

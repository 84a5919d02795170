import CanonicalJSON
import Multiformats

/// What a credential says about the bytes of something it refers to
/// ([VCDM 2.0, 5.3](https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources)).
package enum RelatedResource {
    /// The hash functions that a digest may name: of `digestSRI` by name, of `digestMultibase` by multihash code.
    package enum HashFunction: String, Hashable, Sendable, CaseIterable {
        /// SHA-256.
        case sha256
        /// SHA-384.
        case sha384
        /// SHA-512.
        case sha512

        /// The bytes of a digest.
        fileprivate var byteCount: Int {
            switch self {
            case .sha256: 32
            case .sha384: 48
            case .sha512: 64
            }
        }

        /// The multihash code, a varint of one byte.
        fileprivate var multihashCode: UInt8 {
            switch self {
            case .sha256: 0x12
            case .sha384: 0x20
            case .sha512: 0x13
            }
        }
    }

    /// The digests of the base context of data model 2.0, which its specification publishes
    /// ([VCDM 2.0, B.1](https://www.w3.org/TR/vc-data-model-2.0/#base-context)).
    package static func publishedDigests(of url: URI) -> [HashFunction: [UInt8]]? {
        guard url.description == DataModel.v2_0.context else { return nil }
        return try? [
            .sha256: Hex.decode("59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"),
            .sha384: Hex.decode(
                "97f1eb8e5042356c805fdd61afa2c557663785e0794dcafa"
                    + "21e138fd38def18cb360133c221aa31d6896a6bf3e65b614"),
        ]
    }

    /// Compares the digests in a credential with those of the resources themselves, at least as many as are known.
    ///
    /// - Parameter known: the digests of what stands at a URL, made from its bytes; nil when it is not at hand, which
    ///   leaves the digest in the credential as it is.
    /// - Throws: ``CredentialError`` for the first digest that is another.
    package static func check(
        _ credential: UnsecuredCredential, against known: (URI) -> [HashFunction: [UInt8]]?
    ) throws(CredentialError) {
        guard credential.dataModel.describesResources else { return }
        for resource in try OpenObject(credential.json, at: JSONPointer()).objects("relatedResource") {
            guard let digests = known(try resource.uri("id")) else { continue }
            for key in ["digestSRI", "digestMultibase"] {
                let stated = resource.object[key].map { $0.arrayValue ?? [$0] } ?? []
                for text in stated.compactMap(\.stringValue) {
                    let readings = key == "digestSRI" ? readSRI(text) : readMultibase(text)
                    guard agree(readings ?? [], with: digests) else {
                        throw resource.malformed(key, "is not the digest of that resource")
                    }
                }
            }
        }
    }
}

extension RelatedResource {
    /// Whether a text is a `digestSRI`, and none of its digests is another than one of the known.
    package static func isDigestSRI(_ text: String, of known: [HashFunction: [UInt8]]) -> Bool {
        readSRI(text).map { agree($0, with: known) } ?? false
    }

    private static func agree(_ readings: [Reading], with known: [HashFunction: [UInt8]]) -> Bool {
        readings.allSatisfy { known[$0.function] == nil || known[$0.function] == $0.digest }
    }

    private typealias Reading = (function: HashFunction, digest: [UInt8])

    /// Checks the form of `relatedResource`.
    static func check(in credential: OpenObject) throws(CredentialError) {
        var seen: Set<URI> = []
        for resource in try credential.objects("relatedResource") {
            guard seen.insert(try resource.uri("id")).inserted else {
                throw resource.malformed("id", "appears twice; give each resource once")
            }
            _ = try resource.optionalString("mediaType")
            let count =
                try checkDigests(resource, "digestSRI", expected: sriExpected) { readSRI($0) != nil }
                + checkDigests(resource, "digestMultibase", expected: multibaseExpected) { readMultibase($0) != nil }
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
    /// ([SRI, 3.5](https://www.w3.org/TR/SRI/#the-integrity-attribute)); nil when it is none.
    private static func readSRI(_ text: String) -> [Reading]? {
        var readings: [Reading] = []
        for expression in text.split(separator: " ") {
            let parts = expression.split(separator: "-", maxSplits: 1)
            guard parts.count == 2, let function = HashFunction(rawValue: String(parts[0])) else { return nil }
            let padding = parts[1].utf8.drop(while: base64Digits.contains)
            guard padding.startIndex != parts[1].startIndex, ["", "=", "=="].contains(Substring(padding)) else {
                return nil
            }
            let digits = String(parts[1].prefix { $0 != "=" }).replacing("+", with: "-").replacing("/", with: "_")
            readings.append((function, (try? Base64URL.decode(digits)) ?? []))
        }
        return readings.isEmpty ? nil : readings
    }

    /// Of both alphabets, as the grammar of SRI has it.
    private static let base64Digits = ByteSet.alphanumerics + "+/-_"

    /// A multihash, or as some write it a bare SHA-256; empty for a digest of another kind, nil when it is none.
    private static func readMultibase(_ text: String) -> [Reading]? {
        guard let (base, bytes) = try? Multibase.decode(text), !bytes.isEmpty,
            base == .base58btc || base == .base64url
        else { return nil }
        if bytes.count == HashFunction.sha256.byteCount { return [(.sha256, bytes)] }
        let function = HashFunction.allCases.first {
            bytes[0] == $0.multihashCode && bytes.count == $0.byteCount + 2 && Int(bytes[1]) == $0.byteCount
        }
        return function.map { [($0, Array(bytes[2...]))] } ?? []
    }
}

package import Cryptography
import Multiformats

/// A JSON-LD context that ships with the room: our own definition of what the context published at a URL defines.
///
/// The files in `schemas/contexts` say the same facts as the published ones (each term's IRI, type, container,
/// protection and scoped context) in our own words and layout; prefixes are written out. Hashes are those of the
/// published bytes, because that is what `relatedResource` and registrations by hash mean.
package struct PublishedContext: Sendable {
    /// The absolute URL by which documents name the context.
    package let url: String

    /// Our definition, a JSON document with the one member `@context`.
    package let bytes: [UInt8]

    /// SHA-256 of the bytes published at ``url``; nil where they were not at hand and only the facts are known.
    package let sha256: SHA256Digest?

    /// SHA-384 of the bytes published at ``url``, 48 bytes; nil where they were not at hand.
    package let sha384: [UInt8]?

    /// A context whose published bytes are known.
    private init(url: String, bytes: [UInt8], sha256: String, sha384: String) {
        guard let digest = (try? Hex.decode(sha256)).flatMap({ SHA256Digest($0) }),
            let longDigest = try? Hex.decode(sha384), longDigest.count == 48
        else { preconditionFailure("a digest of \(url) is not one") }
        (self.url, self.bytes, self.sha256, self.sha384) = (url, bytes, digest, longDigest)
    }

    /// A context whose facts are known from what is signed with it.
    private init(url: String, bytes: [UInt8]) {
        (self.url, self.bytes, sha256, sha384) = (url, bytes, nil, nil)
    }

    /// The context published at an absolute URL, or nil when it does not ship.
    package static func at(_ url: String) -> PublishedContext? {
        all.first { CodeUnits.areEqual($0.url, url) }
    }

    /// SHA-256 of the bytes published at an absolute URL; nil when the context does not ship or they are not known.
    package static func digest(of url: String) -> SHA256Digest? { at(url)?.sha256 }

    /// Every context that ships.
    package static let all = [
        PublishedContext(
            url: "https://www.w3.org/2018/credentials/v1",
            bytes: PackageResources.credentials_v1_json,
            sha256: "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
            sha384: "82c3b3eab863754bbfd2b9f17d8d6db9f61169f301cbf0b05e1fc4beb5f5c51dd4d2e888c274f49c3fbb2408f61faed1"),
        PublishedContext(
            url: "https://www.w3.org/ns/credentials/v2",
            bytes: PackageResources.credentials_v2_json,
            sha256: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
            sha384: "97f1eb8e5042356c805fdd61afa2c557663785e0794dcafa21e138fd38def18cb360133c221aa31d6896a6bf3e65b614"),
        PublishedContext(
            url: "https://www.w3.org/ns/credentials/examples/v2",
            bytes: PackageResources.credentials_examples_v2_json,
            sha256: "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
            sha384: "ccd35b4135824944a2d1b6f3edd6ee6be45c10dbfb0ba16f966609d58f88ef6ec7b0f387773c042cc60ef4ccfaf0cdba"),
        PublishedContext(
            url: "https://www.w3.org/ns/credentials/undefined-terms/v2",
            bytes: PackageResources.credentials_undefined_terms_v2_json,
            sha256: "82dab514ba44eb18f5d1b0f638c5e140c6a556fbfb5089601bdc0fa5eb8b2581",
            sha384: "b2a66ccddba70ba67ad99c2ff52e60558df0063cea51c4ca886e25d9ea73cfabb878baf92dc2ad2bda26c31391850d68"),
        PublishedContext(
            url: "https://w3id.org/security/data-integrity/v1",
            bytes: PackageResources.data_integrity_v1_json,
            sha256: "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
            sha384: "1f7b51154c2cb596b804d3eedeabb7678c7ea4d36f5201496a681dbd868d5dc0cb90a8839f5142ccdc91fdb92c5adcf2"),
        PublishedContext(
            url: "https://w3id.org/security/data-integrity/v2",
            bytes: PackageResources.data_integrity_v2_json,
            sha256: "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
            sha384: "0ee2d7626717f8b07cd449b525d5e2b71fe27209fc99e53089e0169dd2944d793feea4526fc60bb9cca1cd96512391f6"),
        PublishedContext(
            url: "https://w3id.org/security/multikey/v1",
            bytes: PackageResources.multikey_v1_json,
            sha256: "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
            sha384: "0fa51641d12fb8c701b2e6a9492556f25d32bb4af84a96f11808f0a623b972434dd18a8f1f1865bc68d8ee046c4e5a3e"),
        PublishedContext(
            url: "https://w3id.org/security/jwk/v1",
            bytes: PackageResources.jwk_v1_json,
            sha256: "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
            sha384: "762dc55ce79f361e3bbeb7d3cb0ddb3e44b8e2885261f8283183959d1aaa33904af6a8005059ed9641500eab7d8ddae5"),
        PublishedContext(
            url: "https://w3id.org/security/suites/ed25519-2020/v1",
            bytes: PackageResources.ed25519_2020_v1_json,
            sha256: "67646fbc0d6582ad7fbf08ccf0d3a4bedbb4177fd2d63385de52dc1b092ed6c5",
            sha384: "62fd9ac5107c1c2a76567e4c85f210ab5ef3a5f23afe2c92b58a88643dc3612995ec762908c5ab34fde4bd71ac07b4cf"),
        PublishedContext(
            url: "https://www.w3.org/ns/did/v1",
            bytes: PackageResources.did_v1_json,
            sha256: "adefa50311393eb1bd788a38ac9fe2696c65367928f6996812cd54577394f4da",
            sha384: "cc09b798f1bd332f30fe0faa10c6c55cb1b4a9cbae04865d6a3ddcf7099bbe05b9e9ee982d2afcf782a3005a527bbab7"),
        PublishedContext(
            url: "https://purl.imsglobal.org/spec/ob/v3p0/context.json",
            bytes: PackageResources.open_badges_3_0_0_json),
        PublishedContext(
            url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
            bytes: PackageResources.open_badges_3_0_1_json),
        PublishedContext(
            url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json",
            bytes: PackageResources.open_badges_3_0_2_json,
            sha256: "bba433989e1e700ca60838a3c22378e7d8381aeb0c9590f9ddf84d1714f10296",
            sha384: "a447b31e8f6e866d8c6df41f661928823571bd09cd6cd0547ac2fbf5dfca199f5b14ae28b2af2b87c74d3ec1d3e6d32d"),
        PublishedContext(
            url: "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            bytes: PackageResources.open_badges_3_0_3_json,
            sha256: "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
            sha384: "c58d73edcd2c17e701985f918cc8c684485f2c5399ffbddcacb3de5744f090000f244e5f87292c353298accfb0d894e3"),
        PublishedContext(
            url: "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
            bytes: PackageResources.open_badges_extensions_json),
        PublishedContext(
            url: "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
            bytes: PackageResources.learner_record_2_0_1_json,
            sha256: "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
            sha384: "a846ad923699c67df5d09324134c645d1e15f4429f248856cbf1ca8967764cf8741476ea557dd505c891fe47e2487a1d"),
        PublishedContext(
            url: "https://w3id.org/citizenship/v4rc1",
            bytes: PackageResources.citizenship_v4rc1_json,
            sha256: "5038c7383afd7ab2158f1b997913a8f60978a0abcf96e0b0d08e29f146d2db1e",
            sha384: "694d11903ad55bee8551d5cffb32492110f23164ecf29ad828a64260963483cc9ede95ebb739bfd54cf772e5b2a21133"),
    ]
}

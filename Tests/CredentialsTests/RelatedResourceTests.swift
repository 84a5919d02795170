import CanonicalJSON
import Credentials
import TestSupport
import Testing

@Suite("Digests of related resources")
struct RelatedResourceTests {
    static let context = "https://www.w3.org/ns/credentials/v2"

    private func check(_ resource: JSON, known: (URI) -> [RelatedResource.HashFunction: [UInt8]]?) throws {
        let credential = try UnsecuredCredential(changed("relatedResource", to: resource))
        try RelatedResource.check(credential, against: known)
    }

    @Test(
        "A digest of a known resource must be its digest",
        arguments: [
            ("digestSRI", "sha256-WZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ", true),
            ("digestSRI", "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=", true),
            ("digestSRI", "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU", true),
            ("digestMultibase", "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA", true),
            ("digestMultibase", "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ", true),
            ("digestMultibase", ["uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"], true),
            ("digestSRI", "sha512-AAAA", true),
            ("digestSRI", "sha384-NSOcNpmdIVUxIJGvGUoe22FjTWrXiaXlsZ8q6912LdnR3KraQO2n75Ica4wK4Qeg", false),
            ("digestSRI", "sha256-WZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJz", false),
            (
                "digestSRI",
                "sha256-WZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ sha384-_rCVIV7fSXXTNIvpiq26jRDyj8JG8TDjij-tD0ew",
                false
            ),
            ("digestMultibase", "uM4RgWQc3RUDtjJCSgTJtTfvpZ7SPEg_LNO0ESlovQC0", false),
            ("digestMultibase", ["uAA", "uEiAzhGBZBzdFQO2MkJKBMm1N--lntI8SD8s07QRKWi9ALQ"], false),
        ] as [(String, JSON, Bool)])
    func knownResource(key: String, digest: JSON, isAccepted: Bool) throws {
        let resource = JSON.object(["id": .string(Self.context)]).replacing("/" + key, by: digest)
        if isAccepted {
            try check(resource, known: RelatedResource.publishedDigests)
        } else {
            let error = #expect(throws: CredentialError.self) {
                try check([resource], known: RelatedResource.publishedDigests)
            }
            #expect(error?.pointer.description == "/relatedResource/0/" + key)
        }
    }

    @Test("A resource that nobody has keeps the digest it was given")
    func unknownResource() throws {
        let resource: JSON = ["id": "https://example.org/x", "digestSRI": "sha256-AAAA"]
        try check(resource, known: RelatedResource.publishedDigests)
        #expect(throws: CredentialError.self) { try check(resource) { _ in [.sha256: [0, 0, 0, 0]] } }
        try check(resource) { _ in [.sha256: [0, 0, 0]] }
    }
}

import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import OpenBadges
import Proofs
import TestSupport

/// Badges in images, with a proof inside the document and as tokens.
extension IssuedHere {
    static func badges() throws -> [Specimen] {
        var specimens: [Specimen] = []
        for algorithm in [nil, SignatureAlgorithm.edDSA, .es256, .rs256] {
            for (format, image) in [("PNG", BadgeImages.png), ("SVG", BadgeImages.svg)] {
                let signer = try Signer.numbered(3, algorithm ?? .edDSA)
                let badge = try badge(issuer: signer.did)
                let text = try algorithm == nil ? document(badge, signer) : token(badge, signer)
                let forgeries = try algorithm == nil ? forgedDocuments(text) : forgedTokens(text)
                func baked(_ text: String) throws -> JSON {
                    .string(Base64URL.encode(try BadgeImage(image).baking(BakedCredential(text))))
                }
                specimens.append(
                    Specimen(
                        name: "badge in \(format), \(algorithm?.rawValue ?? "eddsa-rdfc-2022")",
                        judges: ["openbadgeslib"],
                        request: [
                            "format": "badge", "secured": try baked(text), "key": signer.publicJWK,
                            "name": .string(badge["name"]?.stringValue ?? ""),
                        ],
                        forgeries: try forgeries.map { ($0.name, ["secured": try baked($0.text)]) }))
            }
        }
        return specimens
    }

    /// From a template and a row, as institutions make them.
    private static func badge(issuer: String) throws -> JSONObject {
        let template = try BadgeTemplate([
            "name": "{course}", "issuer": ["name": "A school", "url": "https://school.example"],
            "recipient": ["id": "{did}", "identifier": [["identity": "{email}", "identityType": "emailAddress"]]],
            "achievement": [
                "id": "https://school.example/courses/{code}", "name": "{course}", "description": "Adds.",
                "criteria": ["narrative": "Passed."], "image": "https://school.example/courses/{code}.png",
            ],
            "subject": ["creditsEarned": "{credits:number}"],
        ])
        let row = ["course": "Sums & “more” <1>", "did": "did:example:holder", "code": "1", "credits": "1.5"]
        var random = SeededRandom(seed: 13)
        let draft = try template.draft(
            for: row.merging(["email": "erika@school.example"]) { $1 }, using: &random)
        var badge = draft.json
        badge["id"] = "urn:uuid:7a1d1bb5-6f6c-4b41-9e86-1d2a6f4b4d5e"
        badge["validFrom"] = "2026-01-01T00:00:00Z"
        return JSON.object(badge).replacing("/issuer/id", by: .string(issuer)).objectValue ?? [:]
    }

    private static func document(_ badge: JSONObject, _ signer: Signer) throws -> String {
        let proofs = try ProofSigner(
            key: signer.key, verificationMethod: signer.method, cryptosuite: .eddsaRDFC2022)
        return JSON.object(try proofs.secure(badge, created: Times.created)).canonicalString
    }

    private static func token(_ badge: JSONObject, _ signer: Signer) throws -> String {
        try EarlierToken.secureBadge(UnsecuredCredential(.object(badge)), keyID: nil, key: signer.key).compact
    }

    private static func forgedDocuments(_ text: String) throws -> [(name: String, text: String)] {
        let document = try JSON(parsing: Array(text.utf8))
        let changes: [(String, String, JSON?)] = [
            ("recipient", "/credentialSubject/id", "did:example:forger"),
            ("credits", "/credentialSubject/creditsEarned", 30),
            ("criteria removed", "/credentialSubject/achievement/criteria", nil),
            ("proof's time", "/proof/created", "2026-01-03T00:00:00Z"), ("no proof", "/proof", nil),
        ]
        return changes.map { ($0, document.replacing($1, by: $2).canonicalString) }
    }

    private static func forgedTokens(_ text: String) throws -> [(name: String, text: String)] {
        let other = String(text.dropLast(8)) + "AAAAAAAA"
        return try Forgeries.tokens(text, other: other).filter {
            ["claim", "signature of another token"].contains($0.name)
        }.map { ($0.name, $0.changes["secured"]?.stringValue ?? "") }
    }
}

/// The smallest images that there are.
enum BadgeImages {
    static let svg = Array(#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><g/></svg>"#.utf8)
    static let png: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00,
        0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B, 0x55, 0x00, 0x00, 0x00,
        0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01, 0x48, 0xAF, 0xA4,
        0x71, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ]
}

import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Proofs
import StatusLists
import Temporal
import TestSupport

/// Published status lists.
extension IssuedHere {
    static func statusLists() throws -> [Specimen] {
        let signer = try Signer.numbered(1, .edDSA)
        let address = "https://issuer.example/status/1"
        let places = [0, 7, 8, 1000, 131_071]
        return try [(StatusPurpose.revocation, Cryptosuite.eddsaRDFC2022), (.suspension, .eddsaJCS2022)].map {
            purpose, suite in
            let proofs = try ProofSigner(key: signer.key, verificationMethod: signer.method, cryptosuite: suite)
            func secured(_ places: [Int]) throws -> JSONObject {
                let list = try StatusListCredential.unsecured(
                    id: URI(address), issuer: IssuerID(URI(signer.did)),
                    statusPurpose: purpose,
                    bitstring: Bitstring(statusSize: .one, values: places.map { (index: $0, value: 1) }),
                    validFrom: Times.created)
                return try proofs.secure(list.json, created: Times.created)
            }
            let (whole, other) = (JSON.object(try secured(places)), JSON.object(try secured([1])))
            return Specimen(
                name: "BitstringStatusListCredential, \(purpose.rawValue), \(suite.rawValue)",
                judges: ["openvc-core"],
                request: request(
                    whole.objectValue ?? [:],
                    [
                        "format": "bitstring-status-list", "statusPurpose": .string(purpose.rawValue),
                        "count": .integer(Int64(Bitstring.minimumCount)),
                        "set": .array(places.map { .integer(Int64($0)) }),
                        "entries": .array(
                            try [0, 1, 7, 9, 1000, 131_070, 131_071].map { place in
                                let entry = BitstringStatusListEntry(
                                    statusPurpose: purpose, statusListIndex: place,
                                    statusListCredential: try URI(address))
                                return [
                                    "credentialStatus": .object(entry.json), "isSet": .bool(places.contains(place)),
                                ]
                            }),
                    ]),
                forgeries: Forgeries.changing(
                    whole,
                    [
                        (
                            "list of another credential", "/credentialSubject/encodedList",
                            other[pointer: "/credentialSubject/encodedList"]
                        ),
                        ("purpose", "/credentialSubject/statusPurpose", "message"),
                    ]) + [("other places set", ["set": [1]])])
        }
    }

    static func statusListTokens() throws -> [Specimen] {
        let signer = try Signer.numbered(1, .es256)
        let uri = "https://issuer.example/statuslists/1"
        func token(_ bits: TokenStatusList.Bits, _ statuses: [UInt8]) throws -> String {
            var list = TokenStatusList(bits: bits, count: statuses.count)
            for (index, status) in statuses.enumerated() { list[index] = TokenStatus(rawValue: status) }
            return try TokenStatusListToken.sign(
                list, subject: URI(uri), issuer: signer.did, at: Times.created, timeToLive: .seconds(3600),
                keyID: signer.method.description, key: signer.key
            ).compact
        }
        return try TokenStatusList.Bits.allCases.map { bits in
            let statuses = (0..<200).map { UInt8(($0 * 7 + 1) % (Int(bits.maximum) + 1)) }
            let secured = try token(bits, statuses)
            let forgeries = try Forgeries.tokens(secured, other: token(bits, statuses.reversed()))
            return Specimen(
                name: "status list token, \(bits.rawValue) bits", judges: ["openvc-core", "token-status-list"],
                request: [
                    "format": "token-status-list", "secured": .string(secured), "uri": .string(uri),
                    "bits": .integer(Int64(bits.rawValue)), "at": .string(Times.checked),
                    "statuses": .array(statuses.map { .integer(Int64($0)) }),
                    "references": .array(
                        try statuses.indices.map {
                            .object(TokenStatusListReference(index: $0, uri: try URI(uri)).json)
                        }),
                ],
                forgeries: forgeries + [
                    ("other statuses", ["secured": .string(try token(bits, statuses.reversed()))]),
                    ("another list", ["uri": "https://issuer.example/statuslists/2"]),
                ])
        }
    }
}

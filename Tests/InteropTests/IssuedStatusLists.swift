import CanonicalJSON
import Credentials
import Cryptography
import Proofs
import StatusLists
import TestSupport

/// Published status lists.
extension IssuedHere {
    static func statusLists() throws -> [Specimen] {
        let signer = try Signer.numbered(1, .edDSA)
        let places = [0, 7, 8, 1000, 131_071]
        return try [(StatusPurpose.revocation, Cryptosuite.eddsaRDFC2022), (.suspension, .eddsaJCS2022)].map {
            purpose, suite in
            let proofs = try ProofSigner(key: signer.key, verificationMethod: signer.method, cryptosuite: suite)
            func secured(_ places: [Int]) throws -> JSONObject {
                let list = try StatusListCredential.unsecured(
                    id: URI("https://issuer.example/status/1"), issuer: IssuerID(URI(signer.did)),
                    statusPurpose: purpose,
                    bitstring: Bitstring(statusSize: .one, values: places.map { (index: $0, value: 1) }),
                    validFrom: Times.created)
                return try proofs.secure(list.json, created: Times.created)
            }
            let (whole, other) = (JSON.object(try secured(places)), JSON.object(try secured([1])))
            return Specimen(
                name: "BitstringStatusListCredential, \(purpose.rawValue), \(suite.rawValue)",
                judges: ["openvc-core"],
                request: request(whole.objectValue ?? [:], [
                    "format": "bitstring-status-list", "statusPurpose": .string(purpose.rawValue),
                    "count": .integer(Int64(Bitstring.minimumCount)),
                    "set": .array(places.map { .integer(Int64($0)) }),
                ]),
                forgeries: [
                    ("list of another credential", ["secured": whole.replacing(
                        "/credentialSubject/encodedList", by: other[pointer: "/credentialSubject/encodedList"])]),
                    ("other places set", ["set": [1]]),
                    ("purpose", ["secured": whole.replacing("/credentialSubject/statusPurpose", by: "message")]),
                ])
        }
    }

    static func statusListTokens() throws -> [Specimen] { [] }
}

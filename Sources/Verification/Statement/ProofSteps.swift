import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Multiformats
import Proofs

/// What a person would do with pencil and paper to verify a proof, in that order. It is made anew from the proof that
/// was verified, because nobody wants it for most proofs.
struct ProofSteps {
    let steps: [Check.Step]

    init(_ verified: VerifiedProof, in shown: JSONObject, _ verifier: Verifier) {
        let (proof, key) = (verified.proof, verified.verificationMethod.publicKey)
        var steps = [Check.Step("cryptosuite", proof.cryptosuite.rawValue)]
        steps +=
            proof.cryptosuite == .ecdsaSD2023
            ? Self.statements(verified, verifier) : Self.wholeDocument(verified, in: shown, verifier)
        steps.append(Check.Step("key", SigningKey.identifier(of: key).description))
        if let signature = try? Multibase.decode(proof.proofValue).bytes {
            steps.append(
                proof.cryptosuite == .ecdsaSD2023
                    ? Check.Step("proof value", "\(signature.count) bytes in CBOR")
                    : Check.Step("signature", hex: signature))
        }
        self.steps = steps + [Check.Step("signature holds", key.algorithm.rawValue)]
    }

    private static func wholeDocument(
        _ verified: VerifiedProof, in shown: JSONObject, _ verifier: Verifier
    ) -> [Check.Step] {
        let proof = verified.proof
        let suite = WholeDocumentSuite(
            proof.cryptosuite, for: verified.verificationMethod.publicKey.algorithm, contexts: verifier.trust.contexts)
        var document = verified.document
        let previous = (shown["proof"].map { $0.arrayValue ?? [$0] } ?? []).filter { other in
            other["id"]?.stringValue.map(proof.previousProofs.contains) ?? false
        }
        if !previous.isEmpty { document["proof"] = .array(previous) }
        var options = proof.json
        options["proofValue"] = nil
        if suite.canonicalization == .rdfc { options["@context"] = document["@context"] }
        do throws(ProofError) {
            let transformed = try suite.transformation(document)
            let configuration = try suite.proofConfiguration(options)
            let name = suite.hash == .sha384 ? "SHA-384" : "SHA-256"
            return [
                Check.Step("canonical form of the document", size(transformed, suite.canonicalization)),
                Check.Step("its \(name)", hex: suite.hash(transformed)),
                Check.Step("canonical form of the proof's options", size(configuration, suite.canonicalization)),
                Check.Step("its \(name)", hex: suite.hash(configuration)),
                Check.Step("signed", "the hash of the options, then the hash of the document"),
            ]
        } catch {
            return [Check.Step("canonical form", "\(error)")]
        }
    }

    private static func statements(_ verified: VerifiedProof, _ verifier: Verifier) -> [Check.Step] {
        do throws(ProofError) {
            let data = try ECDSASD2023(contexts: verifier.trust.contexts).createVerifyData(
                verified.document, proof: verified.proof, at: JSONPointer().appending("proof"))
            let bytes = data.nquads.reduce(0) { $0 + $1.count }
            return [
                Check.Step("canonical form of the document", "RDFC-1.0, \(data.nquads.count) N-Quads, \(bytes) bytes"),
                Check.Step("of these could have been left out", "\(data.nonMandatory.count), each signed apart"),
                Check.Step("SHA-256 of the others", hex: data.mandatoryHash),
                Check.Step("SHA-256 of the proof's options", hex: data.proofHash),
            ]
        } catch {
            return [Check.Step("canonical form", "\(error)")]
        }
    }

    private static func size(_ bytes: [UInt8], _ canonicalization: Canonicalization) -> String {
        switch canonicalization {
        case .jcs: return "JCS (RFC 8785), \(bytes.count) bytes"
        case .rdfc:
            let lines = bytes.count { $0 == UInt8(ascii: "\n") }
            return "RDFC-1.0, \(lines) N-Quads, \(bytes.count) bytes"
        }
    }
}

package import CanonicalJSON
package import Credentials
import LinkedData

/// Why a proof was not made, or not accepted.
package struct ProofError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of problem, as the specifications name it.
    package let type: ProblemType

    /// The member that is wrong, or the place where one is missing.
    package let pointer: JSONPointer

    /// What is wrong and what to do, as a sentence whose subject is that member.
    package let problem: String

    /// A problem at a place.
    package init(_ type: ProblemType, at pointer: JSONPointer, _ problem: String) {
        (self.type, self.pointer, self.problem) = (type, pointer, problem)
    }

    /// The place and the problem.
    package var description: String {
        pointer == JSONPointer() ? "the document \(problem)" : "\(pointer) \(problem)"
    }
}

extension ProofError {
    /// A document that does not say, in JSON-LD, what could be signed.
    init(_ error: LinkedDataError) {
        let isContextMissing = error.code.rawValue == "loading remote context failed"
        self.init(
            isContextMissing ? .unknownContext : .proofTransformation, at: error.pointer,
            "\(error.sentence) (\(error.code.rawValue))")
    }
}

/// [Data Integrity, 4.8](https://www.w3.org/TR/vc-data-integrity/#processing-errors) and
/// [Controlled Identifiers, 3.5](https://www.w3.org/TR/cid-1.0/#processing-errors).
extension ProblemType {
    private static let security = "https://w3id.org/security#"

    /// A proof could not be made.
    package static let proofGeneration = ProblemType(rawValue: security + "PROOF_GENERATION_ERROR")

    /// A proof does not verify.
    package static let proofVerification = ProblemType(rawValue: security + "PROOF_VERIFICATION_ERROR")

    /// A document could not be brought into the form that is signed: it is not the JSON-LD that it should be.
    package static let proofTransformation = ProblemType(rawValue: security + "PROOF_TRANSFORMATION_ERROR")

    /// A document names a context that is not at hand, so that nobody can tell here what it says
    /// ([JSON-LD 1.1 API, 9.5](https://www.w3.org/TR/json-ld11-api/#jsonlderrorcode)).
    package static let unknownContext = ProblemType(
        rawValue: "http://www.w3.org/ns/json-ld#loading-remote-context-failed")

    /// A proof is for another domain than the verifier's.
    package static let invalidDomain = ProblemType(rawValue: security + "INVALID_DOMAIN_ERROR")

    /// A proof does not answer the verifier's challenge.
    package static let invalidChallenge = ProblemType(rawValue: security + "INVALID_CHALLENGE_ERROR")

    /// `verificationMethod` is not a URL that names a key.
    package static let invalidVerificationMethodURL = ProblemType(
        rawValue: security + "INVALID_VERIFICATION_METHOD_URL")

    /// The document that should have the key is not there or malformed.
    package static let invalidControlledIdentifierDocument = ProblemType(
        rawValue: security + "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT")

    /// The key is not in its document, or not one that can be used.
    package static let invalidVerificationMethod = ProblemType(
        rawValue: security + "INVALID_VERIFICATION_METHOD")

    /// The key's document does not allow it for this purpose.
    package static let invalidRelationship = ProblemType(
        rawValue: security + "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD")
}

import CanonicalJSON
import Credentials
import HTTPServer
import Proofs
import Temporal
import Verification

/// A verdict in the words of the VC API
/// ([VCALM, VerificationResult](https://w3c.github.io/vcalm/#verify-credential)).
struct VerificationReport {
    /// Whether nothing speaks against it, and all that this interface asks for was found out.
    let isVerified: Bool
    /// A problem document for each reason why it is not verified.
    let problems: [JSON]
    let results: JSONObject

    /// - Parameters:
    ///   - further: what speaks against it beside the verdict.
    ///   - challenge: what the proof was to answer.
    ///   - domains: whom it was to be for.
    init(
        on document: JSON, _ verdict: Verdict, _ further: [Finding] = [], challenge: String? = nil,
        domains: [String]? = nil
    ) {
        let own = verdict.checks.filter(\.speaksAgainst).map(\.finding) + further
        if verdict.kind == .presentation {
            let parts = zip(Self.credentials(in: document), verdict.parts).map { json, part in
                (json, VerificationReport(on: json, part))
            }
            isVerified = own.isEmpty && parts.allSatisfy(\.1.isVerified) && parts.count == verdict.parts.count
            problems = own.map(\.problemDetails) + parts.flatMap(\.1.problems)
            results = [
                "presentation": .object(Self.presentation(document, verdict, challenge, domains)),
                "credentials": .array(parts.map { .object($0.1.members) }),
            ]
        } else {
            isVerified = own.isEmpty
            problems = own.map(\.problemDetails)
            results = Self.credential(document, verdict)
        }
    }

    private var members: JSONObject {
        ["verified": .bool(isVerified), "problemDetails": .array(problems), "results": .object(results)]
    }

    /// The answer to a request, as its options and the profile want it.
    func response(to request: VerifyRequest, _ profile: VCAPI.Profile) -> HTTPResponse {
        var body = members
        if !request.returnsResults { body["results"] = nil }
        if !request.returnsProblems { body["problemDetails"] = nil }
        if request.returnsDocument { body[request.kind.returnMember] = request.document }
        guard profile == .suite, !isVerified else { return .json(.ok, body) }
        let first = problems.first ?? .object([:])
        body["type"] = first["type"]
        body["title"] = first["title"]
        body["detail"] = first["detail"]
        body["status"] = .integer(Int64(HTTPStatus.badRequest.rawValue))
        return HTTPResponse(
            .badRequest, headers: ["Content-Type": "application/problem+json"], body: JSON.object(body).canonicalBytes)
    }

    private static func credentials(in presentation: JSON) -> [JSON] {
        presentation["verifiableCredential"].map { $0.arrayValue ?? [$0] } ?? []
    }
}

// The results of each step: what was looked at, and what came out.
extension VerificationReport {
    private static func credential(_ document: JSON, _ verdict: Verdict) -> JSONObject {
        var results = period(of: document, verdict)
        results["credentialSchema"] = entries(of: document, "credentialSchema", verdict.answers(to: .schema))
        results["credentialStatus"] = entries(of: document, "credentialStatus", verdict.answers(to: .status))
        results["proof"] = proofs(of: document, verdict)
        return results
    }

    private static func presentation(
        _ document: JSON, _ verdict: Verdict, _ challenge: String?, _ domains: [String]?
    ) -> JSONObject {
        var results: JSONObject = ["proof": proofs(of: document, verdict)]
        let answer = verdict.answers(to: .challenge).first
        let wasAnswered = answer.map { $0.outcome == .passed }
        results["challenge"] = challenge.map { result(of: .string($0), wasAnswered, answer) }
        results["domain"] = domains.map { domains in
            result(of: domains.count == 1 ? .string(domains[0]) : .array(domains.map(JSON.string)), wasAnswered, answer)
        }
        results["holder"] = document["holder"].map { holder in
            let answer = verdict.answers(to: .holder).first
            return result(of: holder, answer.flatMap(\.isYes), answer)
        }
        return results
    }

    /// Beginning and end, by the names that data model 2.0 has for them.
    private static func period(of document: JSON, _ verdict: Verdict) -> JSONObject {
        guard let answer = verdict.answers(to: .validity).first else { return [:] }
        let now = answer.facts["at"]?.stringValue.flatMap { try? Instant(rfc3339: $0) }
        func instant(_ name: String) -> Instant? {
            answer.facts[name]?.stringValue.flatMap { try? Instant(rfc3339: $0) }
        }
        var results: JSONObject = [:]
        if let input = document["validFrom"] ?? document["issuanceDate"] {
            let isMet = now.flatMap { now in instant("validFrom").map { $0 <= now } }
            results["validFrom"] = result(of: input, isMet ?? answer.isYes, answer)
        }
        if let input = document["validUntil"] ?? document["expirationDate"] {
            let isMet = now.flatMap { now in instant("validUntil").map { now <= $0 } }
            results["validUntil"] = result(of: input, isMet ?? answer.isYes, answer)
        }
        return results
    }

    /// Each entry of a member with its answer; where the answers cannot be told apart, each gets all of them.
    private static func entries(of document: JSON, _ member: String, _ answers: [Check]) -> JSON {
        let entries = document[member].map { $0.arrayValue ?? [$0] } ?? []
        return .array(
            entries.enumerated().map { index, entry in
                let own = answers.count == entries.count ? answers[index] : answers.first
                var result = result(of: entry, own.flatMap(\.isYes), own).objectValue ?? [:]
                result["value"] = own?.facts["status"]?.integerValue.map(JSON.integer)
                return .object(result)
            })
    }

    /// Each proof; a token is its own proof.
    private static func proofs(of document: JSON, _ verdict: Verdict) -> JSON {
        let answer = verdict.answers(to: .proof).first
        let isEnveloped = Envelope.isEnvelope(document)
        let proofs = isEnveloped ? [document] : document["proof"].map { $0.arrayValue ?? [$0] } ?? []
        return .array(proofs.map { result(of: $0, answer.map { $0.outcome == .passed }, answer) })
    }

    /// What was looked at and what came out; `verified` is absent where nobody can tell.
    private static func result(of input: JSON, _ isVerified: Bool?, _ answer: Check?) -> JSON {
        var result: JSONObject = ["input": input]
        result["verified"] = isVerified.map(JSON.bool)
        if isVerified != true, let answer { result["problemDetails"] = [answer.finding.problemDetails] }
        return .object(result)
    }
}

extension Verdict {
    fileprivate func answers(to question: Check.Name) -> [Check] { checks.filter { $0.name == question } }
}

extension Check {
    /// Who stands behind a key is not asked here. A status or schema that is not at hand is said in the results: lists
    /// and schemas of others are not fetched.
    fileprivate var speaksAgainst: Bool {
        switch outcome {
        case .passed, .notApplicable: false
        case .failed: !Self.Name.vouching.contains(name)
        case .cannotTell: !Self.Name.vouching.union([.status, .schema]).contains(name)
        }
    }

    fileprivate var isYes: Bool? {
        switch outcome {
        case .passed: true
        case .failed: false
        case .cannotTell, .notApplicable: nil
        }
    }

    fileprivate var finding: Finding { Finding(problem ?? .proofVerification, sentence) }
}

import CanonicalJSON
import Compensation
import HTTPServer
import Issuance
import ServiceLevels
import Temporal

/// The published policies and the answers made from them, for people and for programs.
func policyRoutes(_ service: Service) -> [Route] {
    [
        Route(
            .get, "/policies", .anyone, "The policies that were published, newest last; a page where a browser asks",
            .now { call in
                guard call.request.wantsPage else {
                    return .json(.ok, try service.policyList(), headers: ["Vary": "Accept"])
                }
                return HTMLPage.policies(service.publicPolicies()).response()
            }),
        Route(
            .get, "/policies/{hash}", .anyone,
            "One policy document, byte for byte and for ever; in plain words where a browser asks (not with ?as=json)",
            .now { call in try policy(call, service) }),
        Route(
            .get, "/policies/{hash}/examples", .anyone,
            "What a published compensation policy pays for example delays, computed by the rules that pay it",
            .now { call in
                guard let examples = try service.publicPolicy(call.parameter("hash")).examples else {
                    throw Refusal(.unknownPolicy, "Only a compensation policy pays; this one is of another kind.")
                }
                var body = examples.json
                body["hash"] = .string(examples.hash.text)
                return .json(.ok, body)
            }),
        Route(
            .get, "/faq", .anyone, "Questions and answers, made from the policies in force (for ?tenant=ID)",
            .now { call in
                let tenant = try call.query(["tenant"])["tenant"] ?? PolicyBook.defaultTenant
                let answers = service.publicAnswers(for: tenant).answers
                guard call.request.wantsPage else {
                    return .json(
                        .ok, ["answers": .array(answers.map(\.json))],
                        headers: ["Cache-Control": "no-cache", "Vary": "Accept"])
                }
                return HTMLPage.answers(answers).response()
            }),
        Route(
            .post, "/v1/policies/{hash}/approve", .staff([.policyApprover]), "Agree to a suspension that names you",
            .later { call, reply in
                service.approvePolicy(call.parameter("hash"), by: call.staff.id) {
                    reply($0.map(HTTPResponse.answer))
                }
            }),
        Route(
            .post, "/operator/policies/{hash}/withdraw", .operator, "End a policy, from an instant on or from now on",
            .later { call, reply in
                var body = try ObjectReader(try call.optionalJSON())
                let from = try body.optionalInstant("from")
                try body.finish()
                service.withdrawPolicy(call.parameter("hash"), from: from) { reply($0.map(HTTPResponse.answer)) }
            }),
    ]
}

private func policy(_ call: Call, _ service: Service) throws -> HTTPResponse {
    let hash = call.parameter("hash")
    if try call.query(["as"])["as"] != "json", call.request.wantsPage {
        return HTMLPage.policy(try service.publicPolicy(hash)).response()
    }
    let body = try service.policyDocument(hash)
    let headers: HTTPHeaders = [
        "Content-Type": "application/json", "ETag": "\"\(hash)\"",
        "Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept",
    ]
    let known = call.request.headers["If-None-Match"] ?? ""
    guard !known.contains("\"\(hash)\"") else { return HTTPResponse(.notModified, headers: headers, body: []) }
    return HTTPResponse(.ok, headers: headers, body: body)
}

extension PublicAnswers.Answer {
    fileprivate var json: JSON {
        [
            "id": .string(id), "question": .string(question), "answer": .array(sentences.map(JSON.string)),
            "policies": .array(policies.map { .string($0.text) }),
        ]
    }
}

extension HTMLPage {
    fileprivate static func policies(_ policies: [PublicPolicy]) -> HTMLPage {
        let parts = policies.reversed().flatMap { policy -> [Part] in
            let metadata = policy.document.metadata
            return [
                .heading(metadata.titleInWords),
                .table([
                    ("Kind", policy.document.kind.inWords), ("Of", metadata.tenant),
                    ("Version", "\(metadata.id), \(metadata.version)"), ("In force", policy.timeInWords),
                ]),
                .link("What it says", to: "/policies/\(policy.document.hash)"),
            ]
        }
        return HTMLPage(
            title: "What we promise",
            parts: [
                .paragraph("Every policy that was ever published, newest first. Each stays at its address for ever.")
            ]
                + parts)
    }

    fileprivate static func policy(_ policy: PublicPolicy) -> HTMLPage {
        let metadata = policy.document.metadata
        var rows = [
            ("Kind", policy.document.kind.inWords), ("Of", metadata.tenant),
            ("Version", "\(metadata.id), \(metadata.version)"), ("In force", policy.timeInWords),
            ("Hash", policy.document.hash.text),
        ]
        if let supersedes = metadata.supersedes { rows.append(("Supersedes", supersedes.text)) }
        rows += policy.approvals.map { ("Approved", "by \($0.by) at \($0.at)") }
        return HTMLPage(
            title: metadata.titleInWords,
            parts: [
                .table(rows), .heading("In plain words"), .list(policy.words),
            ] + (policy.examples.map(Self.examples) ?? []) + [
                .heading("The document itself"),
                .paragraph("What counts is the document. Its hash is the SHA-256 of its canonical form (RFC 8785)."),
                .link("The document, byte for byte", to: "/policies/\(policy.document.hash)?as=json"),
            ])
    }

    private static func examples(_ examples: WorkedExamples) -> [Part] {
        [
            .heading("What that comes to", id: "examples"),
            .paragraph(
                "Computed by the rules that pay it, for a request of tier standard whose deadline was "
                    + "\(WorkedExamples.due), of an unknown cause. Caps of several requests are not in it."),
            .list(examples.words), .paragraph("Hash of these examples: \(examples.hash.text)"),
        ]
    }

    fileprivate static func answers(_ answers: [PublicAnswers.Answer]) -> HTMLPage {
        HTMLPage(
            title: "Questions and answers",
            parts: answers.flatMap { answer -> [Part] in
                [.heading(answer.question, id: answer.id), .list(answer.sentences)]
                    + answer.policies.map { .link("The policy that says so", to: "/policies/\($0)") }
            })
    }
}

extension PublicPolicy {
    fileprivate var timeInWords: String {
        let until = document.metadata.effectiveUntil.map { " until \($0)" } ?? ""
        return (isInForce ? "now, since \(effectiveAt)" : "not now; from \(effectiveAt)") + until
    }
}

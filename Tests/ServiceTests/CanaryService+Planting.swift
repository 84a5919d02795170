import CanonicalJSON
import Foundation
import TestSupport

/// Every way in.
extension CanaryService {
    /// Puts every plant in its place. Each answer is looked at: what was refused has planted nothing.
    func plant() throws {
        try register()
        try askWithoutReview()
        try review()
        try askSelectively()
        try batch()
        try useTheCredentialAPI()
        try changeStatus()
        try beLate()
        try useWallet()
        try listRequests()
        try claim()
        try sendWhatIsRefused()
    }

    private struct Unexpected: Error { let what: String }

    private func expect(_ status: Int, _ answer: (status: Int, json: JSON), _ what: String) throws {
        guard answer.status == status else {
            throw Unexpected(what: "\(what): \(answer.status) \(answer.json.canonicalString)")
        }
    }

    private var contextURL: String { "https://\(text("context.url")).example/context" }

    private func register() throws {
        let term = text("context.term")
        let context: JSON = ["@context": .object([term: .string("https://terms.example/\(term)")])]
        try expect(
            201, send("POST", "/v1/contexts", key: "c", ["url": .string(contextURL), "document": context]), "context")
        let schema: JSON = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(text("schema.title")),
            "type": "object",
        ]
        let url = "https://\(text("schema.url")).example/schema"
        try expect(201, send("POST", "/v1/schemas", key: "s", ["url": .string(url), "document": schema]), "schema")
    }

    private func request(
        holder: String, subject: String, review: String = "none", _ more: JSONObject = [:], _ extra: JSONObject = [:]
    ) -> JSON {
        var credential: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
            "credentialSubject": ["id": .string("urn:example:" + subject)],
        ]
        for (key, value) in more { credential[key] = value }
        var body: JSONObject = [
            "credential": .object(credential), "holder": ["id": .string(holder)], "tier": "standard",
            "review": .string(review),
        ]
        for (key, value) in extra { body[key] = value }
        return .object(body)
    }

    private func askWithoutReview() throws {
        let body = request(
            holder: text("holder.id"), subject: text("subject.id"),
            [
                "id": .string("urn:example:" + text("credential.id")),
                "credentialSubject": [
                    "id": .string("urn:example:" + text("subject.id")), "name": .string(text("subject.name")),
                ],
                "evidence": [["type": ["Evidence"], "note": .string(text("evidence"))]],
            ],
            [
                "holder": [
                    "id": .string(text("holder.id")), "email": .string("\(text("holder.email"))@people.example"),
                ]
            ])
        try expect(201, send("POST", "/v1/requests?\(text("query"))=1", key: text("key.request"), body), "request")
    }

    private func review() throws {
        func ask(_ key: String) throws -> String {
            let answer = try send(
                "POST", "/v1/requests", key: key,
                request(holder: text("holder.id"), subject: text("subject.id"), review: "manual"))
            try expect(202, answer, "manual request")
            return "/v1/requests/" + (answer.json["id"]?.stringValue ?? "")
        }
        let held = try ask("held")
        let hold: JSON = [
            "reason": "legal-hold", "evidence": "court-order", "note": .string(text("hold.note")),
        ]
        try expect(200, send("POST", held + "/hold", key: "hold", hold), "hold")
        try expect(200, send("POST", held + "/resume", key: "resume"), "resume")
        let approval: JSON = ["note": .string(text("approve.note"))]
        try expect(200, send("POST", held + "/approve", key: text("key.approve"), approval), "approve")
        try expect(409, send("POST", held + "/cancel", key: text("key.refused")), "cancel what was issued")
        let cancelled = try ask("cancelled")
        let reason: JSON = ["note": .string(text("cancel.note"))]
        try expect(200, send("POST", cancelled + "/cancel", key: text("key.cancel"), reason), "cancel")
    }

    private func askSelectively() throws {
        let key: JSON = [
            "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "kid": .string(text("holderKey")),
        ]
        let claim = text("disclosable")
        let token = request(
            holder: text("holder.id"), subject: text("sd.subject"),
            ["credentialSubject": .object([claim: "x", "name": .string(text("sd.subject"))])],
            [
                "issuer": "sd",
                "securing": [
                    "type": "vc+sd-jwt", "disclosable": [["credentialSubject", .string(claim)]], "decoys": 2,
                    "holderKey": key,
                ],
            ])
        try expect(201, send("POST", "/v1/requests", key: "sd", token), "sd-jwt")
        let term = text("context.term")
        let selective = request(
            holder: text("holder.id"), subject: text("subject.id"),
            [
                "@context": ["https://www.w3.org/ns/credentials/v2", .string(contextURL)],
                "credentialSubject": .object([term: .string(text("pointer.value"))]),
            ],
            [
                "issuer": "selective",
                "securing": [
                    "type": "ecdsa-sd-2023", "mandatoryPointers": [.string("/credentialSubject/\(term)")],
                ],
            ])
        try expect(201, send("POST", "/v1/requests", key: "selective", selective), "ecdsa-sd")
    }

    private func batch() throws {
        let first = request(holder: text("batch.holder"), subject: text("subject.id"))
        var second = first.objectValue ?? [:]
        second["idempotencyKey"] = .string(text("batch.line"))
        let lines = first.canonicalString + "\n" + JSON.object(second).canonicalString + "\n{\"" + text("malformed")
        let answer = try send(
            "POST", "/v1/requests:batch", key: text("batch.key"), raw: lines, type: "application/x-ndjson")
        try expect(200, answer, "batch")
    }

    private func useTheCredentialAPI() throws {
        let body = request(holder: "unused", subject: text("vcapi.subject"))
        let issue: JSON = [
            "credential": .object(
                (body["credential"]?.objectValue ?? [:]).merging(["issuer": .string(try did(of: "two"))])),
            "options": ["credentialId": .string(text("credentialId"))],
        ]
        try expect(201, send("POST", "/issuers/two/credentials/issue", issue), "issue")
        let update: JSON = [
            "credentialId": .string(text("credentialId")), "status": true,
            "credentialStatus": ["type": "BitstringStatusListEntry", "statusPurpose": "suspension"],
        ]
        try expect(200, send("POST", "/credentials/status", update), "status by credentialId")
        let credential = request(holder: "unused", subject: text("verify.subject"))["credential"] ?? .null
        _ = try send("POST", "/credentials/verify", ["verifiableCredential": credential])
        _ = try send(
            "POST", "/presentations/verify",
            [
                "verifiablePresentation": ["type": ["VerifiablePresentation"], "verifiableCredential": [credential]],
                "options": [
                    "challenge": .string(text("verify.challenge")), "domain": .string(text("verify.challenge")),
                ],
            ])
        _ = try send(
            "POST", "/credentials/derive",
            ["verifiableCredential": credential, "options": ["selectivePointers": [.string("/" + text("path"))]]])
    }

    private func did(of issuer: String) throws -> String {
        let list = try JSON(parsing: Array(command("key", "list", options: ["--json"]).utf8.dropLast()))
        let found = list["issuers"]?.arrayValue?.first { $0["name"] == .string(issuer) }
        return found?["keys"]?.arrayValue?.first?["did"]?.stringValue ?? ""
    }

    private func changeStatus() throws {
        func ask(_ key: String) throws -> String {
            let body = request(holder: text("holder.id"), subject: text("subject.id"), [:], ["issuer": "two"])
            return try send("POST", "/v1/requests", key: key, body).json["id"]?.stringValue ?? ""
        }
        let first = try ask("to be revoked")
        let suspension: JSON = ["purpose": "suspension", "value": 1, "note": .string(text("status.note"))]
        try expect(200, send("POST", "/v1/requests/\(first)/status", key: "suspend", suspension), "suspend")
        let note: JSON = ["note": .string(text("revoke.note"))]
        try expect(200, send("POST", "/v1/requests/\(first)/revoke", key: "revoke", note), "revoke")
        let report: JSON = ["stage": "signing", "state": "failing", "note": .string(text("stage.note"))]
        try expect(201, send("POST", "/v1/stage-reports", key: "stage", report), "stage report")
        let second = try ask("to be revoked by the operator")
        try command("revoke", second, options: ["--note", text("operator.note")])
    }

    /// Somebody claims, is asked, answers, is refused, appeals, and is refused again.
    private func claim() throws {
        let body = request(holder: text("holder.id"), subject: text("subject.id"))
        let id = try send("POST", "/v1/requests", key: "to be claimed about", body).json["id"]?.stringValue ?? ""
        func reviewer() throws -> String {
            let options = ["--name", text("staff.name"), "--roles", "customer-experience", "--json"]
            let added = try Programs.run(["staff", "add", "--data", data] + passphraseOptions + options)
            return try JSON(parsing: Array(added.out.utf8.dropLast()))["apiKey"]?.stringValue ?? ""
        }
        let keys = [try reviewer(), try reviewer()]
        let claim: JSON = [
            "request": .string(id), "category": "impact", "text": .string(text("claim.text")), "locale": "en",
        ]
        let filed = try send("POST", "/v1/claims", key: text("key.claim"), claim)
        try expect(201, filed, "claim")
        let path = "/v1/claims/" + (filed.json["id"]?.stringValue ?? "")
        /// Whoever was drawn is one of the two.
        func review(_ verb: String, _ body: JSON) throws {
            let answers = try keys.map { try send("POST", path + verb, key: verb, body, authorization: $0) }
            guard answers.contains(where: { $0.status == 200 }) else {
                throw Unexpected(what: "\(verb): \(answers.map(\.json.canonicalString))")
            }
        }
        let note = JSON.string(text("claim.note"))
        try review("/ask", ["kinds": ["screenshot"], "note": note])
        let evidence: JSON = ["evidence": [["kind": "screenshot", "content": .string(text("claim.evidence"))]]]
        try expect(200, send("POST", path + "/evidence", key: "evidence", evidence), "evidence")
        let policy = filed.json["policy"] ?? .null
        let denial: JSON = [
            "outcome": "denied", "rules": [["policy": policy, "pointer": "/spec/fileWithin"]], "note": note,
        ]
        try review("/decide", denial)
        try expect(200, send("POST", path + "/appeal", key: "appeal", ["text": .string(text("appeal.text"))]), "appeal")
        try review("/decide", denial)
        try listRequests()
    }

    /// Credits are spent and held, coupons minted, sent, held, redeemed and revoked.
    private func useWallet() throws {
        let holder = JSON.string(text("late.holder"))
        var spending: JSONObject = ["holder": holder, "unit": "PFC", "minor": 1]
        spending["purpose"] = .string(text("spend.purpose"))
        spending["reference"] = .string(text("spend.reference"))
        try expect(200, send("POST", "/v1/credits/redeem", key: "spend", .object(spending)), "spend")
        spending["timeoutSeconds"] = 60
        try expect(201, send("POST", "/v1/credits/reserve", key: "hold credits", .object(spending)), "reserve")
        let limits = ["--institution", tenant, "--unit", "PFC", "--budget", "1000", "--per-agent", "1000"]
        try command("coupon", "limits", options: limits)
        let mint: JSON = [
            "kind": "gift-card", "unit": "PFC", "minor": 100, "until": "2100-01-01T00:00:00Z", "reason": "goodwill",
            "count": 2, "holder": holder, "note": .string(text("coupon.note")),
        ]
        let minted = try send("POST", "/v1/coupons", key: "mint", mint)
        try expect(201, minted, "mint")
        let coupons = minted.json["coupons"]?.arrayValue ?? []
        let (name, code) = (coupons.first?["coupon"]?.stringValue ?? "", coupons.first?["code"] ?? .null)
        try expect(
            200, send("POST", "/v1/coupons/\(name)/send", key: "send", ["channel": "chat", "holder": holder]), "send")
        var cart: JSONObject = ["code": code, "minor": 30, "holder": holder, "timeoutSeconds": 60]
        cart["reference"] = .string(text("coupon.reference"))
        let bought = JSON.object(cart.without("timeoutSeconds"))
        try expect(200, send("POST", "/v1/coupons/redeem", key: "redeem", bought), "redeem")
        try expect(201, send("POST", "/v1/coupons/reserve", key: "cart", .object(cart)), "coupon reserve")
        let revocation: JSON = [
            "batch": minted.json["batch"] ?? .null, "coupon": coupons.last?["coupon"] ?? .null, "reason": "error",
            "note": .string(text("coupon.revocation")),
        ]
        try expect(200, send("POST", "/v1/coupons/revoke", key: "revoke coupon", revocation), "coupon revoke")
    }

    /// What is refused is not written down either, and not told to the operator.
    private func sendWhatIsRefused() throws {
        let good = request(holder: "x", subject: "x")
        let path = "/v1/users/" + text("path")
        try expect(404, send("GET", path), "no such page")
        for list in ["credits", "entitlements", "notices"] { try expect(200, send("GET", "\(path)/\(list)"), list) }
        try expect(400, send("GET", "/v1/requests?state=\(text("query"))"), "query")
        try expect(401, send("GET", "/v1/requests", authorization: text("api-key.wrong")), "wrong key")
        try expect(400, send("POST", "/v1/requests", key: "m", raw: "{\"\(text("malformed"))\": "), "malformed")
        let unknown = JSON.object((good.objectValue ?? [:]).merging([text("unknown.member"): "x"]))
        try expect(400, send("POST", "/v1/requests", key: "u", unknown), "unknown member")
        let long = String(repeating: text("key.too-long"), count: 20)
        try expect(400, send("POST", "/v1/requests", key: long, good), "long key")
        let purpose: JSON = ["purpose": .string(text("purpose")), "value": 1]
        let id = requests.first ?? ""
        try expect(400, send("POST", "/v1/requests/\(id)/status", key: "p", purpose), "purpose")
        try expect(404, send("GET", "/status-lists/" + text("credentials.path")), "list")
        try Data("{\"kind\": \"\(text("policy.refused"))\"}".utf8).write(to: URL(filePath: folder.path("wrong")))
        _ = try Programs.run(["policy", "publish", "--data", data, folder.path("wrong")])
    }

    /// Somebody is compensated, told of it, and served at last.
    private func beLate() throws {
        let body = request(holder: text("late.holder"), subject: text("late.subject"), review: "manual")
        let answer = try send("POST", "/v1/requests", key: "late", body)
        try expect(202, answer, "late request")
        try running.awaitCredits(of: text("late.holder"))
        let id = answer.json["id"]?.stringValue ?? ""
        try expect(200, send("POST", "/v1/requests/\(id)/approve", key: "late approval"), "late approval")
        try answerSurvey(id)
    }

    /// Answers as soon as the person was asked, which is a second after the end of the delay.
    private func answerSurvey(_ id: String) throws {
        for _ in 0..<100_000 where try send("GET", "/v1/surveys/\(id)").status == 200 { break }
        let body: JSON = ["csat": 4, "nps": 8, "text": .string(text("survey.text"))]
        try expect(201, send("POST", "/v1/surveys/\(id)/answer", key: text("key.survey"), body), "survey")
    }
}

extension JSONObject {
    fileprivate func without(_ name: String) -> JSONObject {
        var others = self
        others[name] = nil
        return others
    }

    fileprivate func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (key, value) in other { merged[key] = value }
        return merged
    }
}

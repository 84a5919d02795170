import CanonicalJSON
import Compensation
import Cryptography
import Multiformats
import ServiceLevels
import Temporal

/// What the operator does.
extension Service {
    /// The longest name of an institution, in UTF-8 bytes.
    static let maximumNameBytes = 200

    /// A new institution, with the only sight of its API key.
    package struct AddedInstitution: Sendable {
        package let answer: Answer
        package let apiKey: String
    }

    /// Lets an institution request credentials.
    package func addInstitution(
        named name: String, _ reply: @escaping @Sendable (Result<AddedInstitution, any Error>) -> Void
    ) {
        guard !name.isEmpty, name.utf8.count <= Self.maximumNameBytes else {
            let detail = "A name has 1 to \(Self.maximumNameBytes) bytes."
            return reply(.failure(Refusal(.invalidRequest, detail, at: "/name")))
        }
        let apiKey = "pk_" + Base64URL.encode(randomBytes(32))
        let added = InstitutionAdded(
            tenant: TenantID(random: randomBytes(8)), name: name, keyDigest: SHA256.hash(Array(apiKey.utf8)).bytes)
        sequencer.submit(.addInstitution(added, subjectKey: randomBytes(32))) { result in
            reply(result.map { AddedInstitution(answer: $0, apiKey: apiKey) })
        }
    }

    /// Publishes a policy document; it is in force from its `effectiveFrom`, or from now if that has passed.
    package func publishPolicy(_ bytes: [UInt8], _ reply: @escaping Sequencer.Completion) {
        do throws(PolicyError) {
            let document = try PolicyDocument(parsing: bytes)
            switch document.kind {
            case .businessCalendar:
                let calendar = try BusinessCalendar(document)
                publish(document, calendar.terms.zone, calendar.tzdata, reply)
            case .budget:
                guard let zone = try Budget(document).zone else { fallthrough }
                publish(document, zone.name, zone.tzdata, reply)
            default: sequencer.submit(.publishPolicy(document), reply)
            }
        } catch {
            reply(.failure(Refusal(.invalidPolicy, error.problem, at: error.pointer.description)))
        }
    }

    /// Assesses every request of which something may have become due by now, and waits until that is durable.
    ///
    /// A missed call loses nothing: what was due stays due, and the next call finds it.
    ///
    /// - Returns: what could not be assessed.
    package func assessDue() throws -> [Postponed] {
        // By the time that a promise is judged by.
        let now = committer.logTime(now()).milliseconds
        var postponed = try sweep("claim_by_assessment", of: ClaimRecord.self, upTo: now) { rows in
            perform(rows.compactMap { row in ClaimID(row.id).map { (row.id, .claim(.assess($0))) } })
        }
        postponed += try sweep("promise_by_assessment", of: PromiseRecord.self, upTo: now) { rows in
            assess(rows.map { VainLooks.Look(request: $0.request, at: $0.assessAt ?? 0) }, at: now)
        }
        postponed += try sweep("request_by_assessment", of: RequestRecord.self, upTo: now) { rows in
            assess(rows.map { VainLooks.Look(request: $0.id, at: $0.assessAt ?? 0) }, at: now)
        }
        return try postponed + settleDue()
    }
}

package import CanonicalJSON
import Compensation
import Cryptography
import Multiformats
import Temporal

/// Who is to be of the staff, or to have other roles, read strictly from a body.
package struct StaffDraft: Sendable {
    /// Nil where only the roles change.
    let name: String?
    let roles: StaffRoles
    let until: Instant?
    let limits: [Amount]

    /// - Parameter named: whether a name is part of it.
    package init(_ body: JSON, named: Bool) throws {
        var reader = try ObjectReader(body)
        name = named ? try reader.string("name") : nil
        roles = try reader.roles()
        let text = try reader.optionalString("until")
        limits = try reader.limits()
        try reader.finish()
        if let name, !(1...Service.maximumNameBytes).contains(name.utf8.count) {
            throw Refusal(.invalidRequest, "A name has 1 to \(Service.maximumNameBytes) bytes.", at: "/name")
        }
        do throws(TemporalError) {
            if let text { until = try Instant(rfc3339: text) } else { until = nil }
        } catch {
            throw Refusal(.invalidRequest, "\(error).", at: "/until")
        }
    }
}

/// The people who act for the service.
extension Service {
    /// Somebody new, with the only sight of their API key.
    package struct AddedStaff: Sendable {
        package let answer: Answer
        package let apiKey: String
    }

    /// Lets somebody act for the service.
    package func addStaff(
        _ draft: StaffDraft, _ reply: @escaping @Sendable (Result<AddedStaff, any Error>) -> Void
    ) {
        let apiKey = "sk_" + Base64URL.encode(randomBytes(32))
        let added = StaffAdded(
            id: StaffID(random: randomBytes(8)), roles: draft.roles, until: draft.until, limits: draft.limits,
            name: draft.name ?? "",
            keyDigest: SHA256.hash(Array(apiKey.utf8)).bytes)
        sequencer.submit(.addStaff(added, subjectKey: randomBytes(32))) { result in
            reply(result.map { AddedStaff(answer: $0, apiKey: apiKey) })
        }
    }

    /// Lets somebody do other things from now on.
    package func changeRoles(of id: StaffID, _ draft: StaffDraft, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(
            .changeStaff(StaffRolesChanged(id: id, roles: draft.roles, until: draft.until, limits: draft.limits)), reply
        )
    }

    /// Lets somebody do nothing any more: their key fails from the answer on.
    package func removeStaff(_ id: StaffID, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.removeStaff(StaffRemoved(id: id)), reply)
    }

    /// Whoever of the staff has this API key and may act now; nil for nobody.
    package func staff(forKey apiKey: String) -> StaffMember? {
        let digest = SHA256.hash(Array(apiKey.utf8)).bytes
        guard let member = directory.staff.member(withKeyDigest: digest), constantTimeEqual(member.keyDigest, digest),
            member.isActive(at: committer.logTime(now()))
        else { return nil }
        return member
    }

    /// Whoever of the staff has this id; they may have left.
    package func staffMember(_ id: StaffID) -> StaffMember? { directory.staff[id] }

    /// Everybody of the staff, those who left among them.
    package func staffList() -> JSONObject {
        let now = committer.logTime(now())
        return [
            "staff": .array(
                directory.staff.all.map { member in
                    var row: JSONObject = [
                        "id": .string(member.id.text), "name": .string(member.name), "roles": member.roles.json,
                        "state": .string(
                            member.isRemoved ? "removed" : member.isActive(at: now) ? "active" : "expired"),
                    ]
                    row["until"] = member.until.map { .string($0.rfc3339) }
                    return .object(row)
                })
        ]
    }
}

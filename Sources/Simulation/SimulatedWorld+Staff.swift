import CanonicalJSON
package import Compensation
package import Issuance

/// The people who act for the simulated service.
extension SimulatedWorld {
    /// Lets somebody act, and returns who they are with their key.
    @discardableResult
    package func addStaff(
        _ name: String, _ roles: [StaffRole], until: String? = nil, limits: [Amount] = []
    ) throws -> (id: StaffID, apiKey: String) {
        var body: JSONObject = ["name": .string(name), "roles": .array(roles.map { .string($0.rawValue) })]
        body["until"] = until.map(JSON.string)
        if !limits.isEmpty {
            body["limits"] = .array(
                limits.map { ["unit": .string($0.unit.rawValue), "minor": .integer($0.minor)] })
        }
        let draft = try StaffDraft(.object(body), named: true)
        let added = try waitForAnswer { service.addStaff(draft, $0) }
        guard let id = added.answer.body["id"]?.stringValue.flatMap({ StaffID($0) }) else {
            throw StoreError.corrupt("staff were added without an id")
        }
        return (id, added.apiKey)
    }

    /// Lets somebody do other things.
    @discardableResult
    package func changeRoles(of id: StaffID, _ roles: [StaffRole]) throws -> Answer {
        let draft = try StaffDraft(["roles": .array(roles.map { .string($0.rawValue) })], named: false)
        return try waitForAnswer { service.changeRoles(of: id, draft, $0) }
    }

    /// Lets somebody do nothing any more.
    @discardableResult
    package func removeStaff(_ id: StaffID) throws -> Answer { try waitForAnswer { service.removeStaff(id, $0) } }
}

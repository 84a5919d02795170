import CanonicalJSON

/// Rule 45: who may act, at every place in the log.
struct StaffTable: Sendable {
    /// Somebody as the log has them now.
    struct Member: Sendable {
        var roles: Set<String>
        /// In milliseconds; nil: without an end.
        var until: Int64?
        var isRemoved = false

        func isActive(at t: Int64) -> Bool { !isRemoved && (until.map { t < $0 } ?? true) }
    }

    /// The names of the roles.
    static let roles: Set<String> = [
        "operator", "agent", "customer-experience", "finance", "independent-assessor", "incident-manager",
        "policy-approver", "auditor",
    ]

    private(set) var members: [String: Member] = [:]

    /// - Returns: whether they were not known before.
    mutating func add(_ id: String, _ member: Member) -> Bool {
        guard members[id] == nil else { return false }
        members[id] = member
        return true
    }

    /// - Returns: whether they are there.
    mutating func change(_ id: String, _ change: (inout Member) -> Void) -> Bool {
        guard var member = members[id], !member.isRemoved else { return false }
        change(&member)
        members[id] = member
        return true
    }

    /// Whether somebody may act in one of these roles.
    func may(_ id: String, at t: Int64, _ roles: Set<String>) -> Bool {
        guard let member = members[id], member.isActive(at: t) else { return false }
        return !member.roles.isDisjoint(with: roles)
    }
}

extension Recomputation {
    mutating func judgeStaff(_ event: Event, _ type: EntryType) throws(EntryProblem) {
        var facts = try event.frame.factsObject()
        let isKnown: Bool
        do throws(JSONShapeError) {
            let id = try facts.string("id")
            guard id.utf8.count == 16, id.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            else { throw JSONShapeError(pointer: facts.pointer(to: "id"), problem: "not the id of anybody") }
            let access = type == .staffRemoved ? nil : try Self.access(&facts)
            try facts.finish()
            isKnown =
                switch (type, access) {
                case (.staffAdded, let access?): staff.add(id, access)
                case (_, let access?): staff.change(id) { $0 = access }
                case (_, nil): staff.change(id) { $0.isRemoved = true }
                }
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        guard !isKnown else { return }
        report(.notPermitted, event, "\(event.typeText) of somebody who is there already, or is not there")
    }

    private static func access(_ facts: inout ObjectReader) throws(JSONShapeError) -> StaffTable.Member {
        let names = try facts.array("roles").map { $0.0.stringValue ?? "" }
        guard names == names.sorted(), Set(names).count == names.count, !names.isEmpty,
            StaffTable.roles.isSuperset(of: names), !names.contains("independent-assessor") || names.count == 1
        else { throw JSONShapeError(pointer: facts.pointer(to: "roles"), problem: "not roles in their order") }
        _ = try facts.optionalArray("limits")
        let until = try facts.optionalInteger("until")
        guard until != nil || names != ["independent-assessor"] else {
            throw JSONShapeError(pointer: facts.pointer(to: "until"), problem: "the access of an assessor ends")
        }
        return StaffTable.Member(roles: Set(names), until: until)
    }
}

extension EntryFrame {
    /// The facts of an entry that stands seldom in a log, to be read member by member.
    func factsObject() throws(EntryProblem) -> ObjectReader {
        do {
            return try ObjectReader(JSON(parsing: Array(bytes[facts])), at: JSONPointer().appending("facts"))
        } catch {
            throw EntryProblem("the facts cannot be read: \(error)")
        }
    }
}

package import CanonicalJSON

/// What somebody of the staff may do. The names stand in the log.
package enum StaffRole: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Looks after the service.
    case `operator`
    /// Speaks with people: files claims for them, makes offers from a menu.
    case agent
    /// Decides claims, and approves what is given.
    case customerExperience = "customer-experience"
    /// Approves what is given, and decides claims as the second of two.
    case finance
    /// From outside: gives an opinion on an appeal. Their access always ends by itself.
    case independentAssessor = "independent-assessor"
    /// Opens, merges and explains incidents.
    case incidentManager = "incident-manager"
    /// Agrees to policies that take something away, such as a suspension.
    case policyApprover = "policy-approver"
    /// Reads whatever the staff reads, and does nothing.
    case auditor

    package static func < (a: StaffRole, b: StaffRole) -> Bool { a.rawValue < b.rawValue }
}

/// The roles of one person: at least one, each once.
package struct StaffRoles: Hashable, Sendable {
    package let all: Set<StaffRole>

    /// Nil for none, and for an assessor who is something else too: they are independent of those whom they assess.
    package init?(_ roles: Set<StaffRole>) {
        guard !roles.isEmpty, !roles.contains(.independentAssessor) || roles.count == 1 else { return nil }
        all = roles
    }

    /// Whether it is one of them.
    package func contains(_ role: StaffRole) -> Bool { all.contains(role) }

    /// Whether one of them is among these.
    package func include(oneOf roles: [StaffRole]) -> Bool { roles.contains(where: all.contains) }

    /// In the order of their names, as the log has them.
    package var json: JSON { .array(all.sorted().map { .string($0.rawValue) }) }
}

extension ObjectReader {
    /// Reads the member `roles`: a list of names in their order, each once.
    mutating func roles() throws(JSONShapeError) -> StaffRoles {
        let place = pointer(to: "roles")
        let names = try array("roles").map { (json, place) throws(JSONShapeError) in
            guard let role = json.stringValue.flatMap({ StaffRole(rawValue: $0) }) else {
                let known = StaffRole.allCases.map(\.rawValue).joined(separator: ", ")
                throw JSONShapeError(pointer: place, problem: "expected one of \(known)")
            }
            return role
        }
        guard Set(names).count == names.count else {
            throw JSONShapeError(pointer: place, problem: "a role stands here twice; keep one")
        }
        guard let roles = StaffRoles(Set(names)) else {
            let problem = "expected at least one role; independent-assessor stands alone"
            throw JSONShapeError(pointer: place, problem: problem)
        }
        return roles
    }
}

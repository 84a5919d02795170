import Temporal

/// Who acts for the service, and whether they may.
extension Situation {
    func add(_ staff: StaffAdded) throws -> Decision {
        guard directory.staff.all.count < StaffBook.maximumMembers else {
            throw Refusal(.invalidRequest, "There are \(StaffBook.maximumMembers) people, which is the most.")
        }
        try requireAccess(staff.roles, until: staff.until)
        return Decision([LogEvent(.staffAdded(staff))])
    }

    func change(_ change: StaffRolesChanged) throws -> Decision {
        try requireAccess(change.roles, until: change.until)
        _ = try member(change.id)
        return Decision([LogEvent(.staffRolesChanged(change))])
    }

    func remove(_ removed: StaffRemoved) throws -> Decision {
        _ = try member(removed.id)
        return Decision([LogEvent(.staffRemoved(removed))])
    }

    /// Whoever acts, in the transaction of what they do: they are still here now, and have one of these roles.
    ///
    /// - Throws: `Refusal` of code `notPermitted`.
    @discardableResult
    func requireStaff(_ id: StaffID, in roles: [StaffRole]) throws(Refusal) -> StaffMember {
        guard let member = directory.staff[id], member.isActive(at: now) else { throw .leftStaff }
        guard member.roles.include(oneOf: roles) else { throw .notPermitted(to: roles) }
        return member
    }

    private func member(_ id: StaffID) throws(Refusal) -> StaffMember {
        guard let member = directory.staff[id], !member.isRemoved else { throw .unknownStaff }
        return member
    }

    private func requireAccess(_ roles: StaffRoles, until: Instant?) throws(Refusal) {
        guard until != nil || !roles.contains(.independentAssessor) else {
            throw Refusal(.invalidRequest, "Say until when: an independent assessor's access ends.", at: "/until")
        }
        guard until.map({ $0 > now }) ?? true else {
            throw Refusal(.invalidRequest, "That instant has passed.", at: "/until")
        }
    }
}

extension Refusal {
    static let unknownStaff = Refusal(.unknownStaff, "Nobody here has this id; see `punctual staff list`.")
    static let leftStaff = Refusal(.notPermitted, "Whoever asks is not of the staff any more.")

    /// - Parameter roles: those that may.
    package static func notPermitted(to roles: [StaffRole]) -> Refusal {
        let names = roles.map(\.rawValue).joined(separator: " or ")
        return Refusal(.notPermitted, "This is for the role \(names); see `punctual staff list`.")
    }
}

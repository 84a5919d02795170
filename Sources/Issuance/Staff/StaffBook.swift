package import Compensation
package import Temporal

/// Somebody of the staff: what they may do, and until when.
package struct StaffMember: Hashable, Sendable {
    package let id: StaffID
    /// As the operator calls them; personal, so never in `facts`.
    package let name: String
    package fileprivate(set) var roles: StaffRoles
    /// From when on their key counts for nothing; nil: not by itself.
    package fileprivate(set) var until: Instant?
    /// The most that they may offer in one day (UTC), for each unit that is limited.
    package fileprivate(set) var limits: [Amount]
    package fileprivate(set) var isRemoved: Bool
    /// SHA-256 of their API key.
    let keyDigest: [UInt8]

    /// Whether they may do anything at an instant: they were not removed, and their access has not ended.
    package func isActive(at now: Instant) -> Bool { !isRemoved && (until.map { now < $0 } ?? true) }
}

/// Everybody who works or worked here, from the log: who may decide, and who decided. Kept in memory.
package struct StaffBook: Sendable {
    /// The most people, those who left among them: all are in memory, at some hundred bytes each.
    static let maximumMembers = 4096

    private(set) var members: [StaffID: StaffMember] = [:]
    private var byKey: [[UInt8]: StaffID] = [:]

    package init() {}

    /// Everybody, those who left among them, in the order of their ids.
    package var all: [StaffMember] { members.values.sorted { $0.id < $1.id } }

    package subscript(id: StaffID) -> StaffMember? { members[id] }

    /// Whoever has the key of that SHA-256; they may have left.
    func member(withKeyDigest digest: [UInt8]) -> StaffMember? { byKey[digest].flatMap { members[$0] } }

    /// Everybody who may act at an instant and has one of these roles, in the order of their ids.
    package func active(at now: Instant, in roles: [StaffRole]) -> [StaffMember] {
        all.filter { $0.isActive(at: now) && $0.roles.include(oneOf: roles) }
    }

    mutating func apply(_ event: StaffAdded) throws(StoreError) {
        guard members[event.id] == nil else { throw .corrupt("staff \(event.id) was added twice") }
        members[event.id] = StaffMember(
            id: event.id, name: event.name, roles: event.roles, until: event.until, limits: event.limits,
            isRemoved: false,
            keyDigest: event.keyDigest)
        byKey[event.keyDigest] = event.id
    }

    mutating func apply(_ event: StaffRolesChanged) throws(StoreError) {
        guard var member = members[event.id], !member.isRemoved else {
            throw .corrupt("staff \(event.id) got roles without being there")
        }
        (member.roles, member.until, member.limits) = (event.roles, event.until, event.limits)
        members[event.id] = member
    }

    mutating func apply(_ event: StaffRemoved) throws(StoreError) {
        guard var member = members[event.id], !member.isRemoved else {
            throw .corrupt("staff \(event.id) was removed without being there")
        }
        member.isRemoved = true
        members[event.id] = member
    }
}

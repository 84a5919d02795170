/// Who looks at claims, and so what is shown.
package enum ClaimReader: Hashable, Sendable {
    /// The institution of the request.
    case institution(TenantID)
    /// Whoever has the intake receipt of the request.
    case holder(RequestID)
    case staff(StaffMember)
    /// Whoever looks after the service: where claims stand, and never what people wrote.
    case `operator`

    /// Whether a claim of that request is theirs to look at.
    func maySee(_ record: ClaimRecord) -> Bool {
        switch self {
        case .institution(let tenant): record.tenant == tenant.text
        case .holder(let request): record.request == request.text
        case .staff, .operator: true
        }
    }

    /// Whether they may read what people wrote: those whose claim it is, and whoever was drawn for it, while they are.
    func mayRead(_ record: ClaimRecord) -> Bool {
        switch self {
        case .institution, .holder: true
        case .staff(let member): record.assignee == member.id.text
        case .operator: false
        }
    }

    /// Whether they are of the service, and see who decides.
    var isInside: Bool {
        switch self {
        case .institution, .holder: false
        case .staff, .operator: true
        }
    }
}

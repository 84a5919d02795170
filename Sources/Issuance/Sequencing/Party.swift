/// In whose line a command waits (``FairQueue``).
enum Party: Hashable, Sendable {
    /// What does harm while it waits.
    case urgent
    /// What comes by the clock, and what the operator and the staff do.
    case chores
    /// What an institution asks for and does with it.
    case institution(TenantID)
    /// What the people of an institution do.
    case people(TenantID)
}

extension Command {
    /// In whose line it waits.
    var party: Party {
        if isUrgent { return .urgent }
        switch self {
        case .accept(let request): return .institution(request.event.tenant)
        case .registerResource(let resource, _): return .institution(resource.tenant)
        case .approve, .hold, .resume, .cancel, .deny, .revoke, .setStatus, .update:
            return target.map { .institution($0.tenant) } ?? .chores
        case .claim, .offer, .survey, .wallet, .coupon:
            // What nobody asked for by a name of their own comes by the clock.
            return (target?.tenant ?? idempotency?.tenant).map(Party.people) ?? .chores
        default: return .chores
        }
    }
}

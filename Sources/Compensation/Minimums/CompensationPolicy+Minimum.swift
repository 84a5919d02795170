import CanonicalJSON
import ServiceLevels
import Temporal

/// What rule 86 compares: with the deadline at instant 0 and without a calendar, which says the same as any calendar
/// while all is told in one kind of time.
extension CompensationPolicy {
    /// Whether this policy gives nowhere less than another and somewhere more, by any calendar.
    package func raises(_ other: CompensationPolicy) -> Bool {
        isOfOneTime(with: other) && isBetter(than: other, due: Self.origin, .utc)
    }

    /// Why neither of the two gives everything that the other gives, as a clause; nil when one does.
    func disagreement(with other: CompensationPolicy) -> String? {
        guard isOfOneTime(with: other) else { return "their tiers are told in different kinds of time" }
        guard incomparability(with: other) == nil else {
            return other.givesAll(of: self) ? nil : incomparability(with: other)
        }
        guard let loss = loss(against: other, due: Self.origin, .utc), !other.givesAll(of: self) else { return nil }
        let late = loss.last - Self.origin
        return "late by more than \(late.inWords) it would give \(loss.minor) \(loss.unit.rawValue) and not "
            + "\(loss.before); say at each delay the larger of the two"
    }

    /// Refuses a minimum that could not be compared with what it is a minimum of.
    func requireMinimum() throws(JSONShapeError) {
        guard let minimum else { return }
        let place = JSONPointer().appending("spec")
        guard minimum.of != metadata.id else {
            let problem = "a policy is no minimum of itself; give this one another id"
            throw JSONShapeError(pointer: place.appending("mandatoryMinimum").appending("of"), problem: problem)
        }
        guard objective == .issue else {
            let problem = "a minimum is of what a late credential gives"
            throw JSONShapeError(pointer: place.appending("mandatoryMinimum"), problem: problem)
        }
        switch model {
        case .pocketFit, .tiered: return
        case .flatRefund, .apologyOnly, .personalised:
            let problem = "only tiers are compared; the model of a minimum is pocket-fit or tiered"
            throw JSONShapeError(pointer: place.appending("model").appending("kind"), problem: problem)
        }
    }

    private static let origin = Instant(milliseconds: 0)

    private func givesAll(of other: CompensationPolicy) -> Bool {
        incomparability(with: other) == nil && loss(against: other, due: Self.origin, .utc) == nil
    }

    private func isOfOneTime(with other: CompensationPolicy) -> Bool {
        Set((tiers + other.tiers).compactMap { $0.span?.kind }).count <= 1
    }
}

extension TimeSpan {
    fileprivate enum Kind: Hashable { case elapsed, business, calendarDays, workingDays }

    fileprivate var kind: Kind {
        switch self {
        case .elapsed: .elapsed
        case .business: .business
        case .calendarDays: .calendarDays
        case .workingDays: .workingDays
        }
    }
}

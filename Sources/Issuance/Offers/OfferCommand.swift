package import CanonicalJSON
import Compensation
import ServiceLevels

/// What somebody wants to happen to an offer.
package enum OfferCommand: Sendable {
    case make(TenantRequest, OfferDraft, by: StaffID)
    case accept(ClaimTarget)
    case decline(ClaimTarget, note: String?)

    var target: TenantRequest {
        switch self {
        case .make(let target, _, _): target
        case .accept(let target), .decline(let target, _): target.request
        }
    }
}

/// What somebody of support offers, read strictly from a body.
package struct OfferDraft: Hashable, Sendable {
    /// The place in the menu.
    package let benefit: Int64
    /// How much of it; nil for what the menu says.
    package let minor: Int64?
    package let reason: OfferReason
    package let channel: ContactChannel
    package let words: OfferMade.Words

    /// Reads the members of an offer; others are the caller's.
    package init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        benefit = try reader.integer("benefit")
        minor = try reader.optionalInteger("minor")
        reason = try reader.choice("reason")
        channel = try reader.choice("channel")
        words = try OfferMade.Words(&reader)
    }
}

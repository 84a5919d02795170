import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport

/// The shipped policies, and requests under them.
enum Fixture {
    static let serviceLevel = parsed(0)
    static let compensation = parsed(1)

    private static func parsed(_ index: Int) -> JSON {
        guard let json = try? JSON(parsing: DefaultPolicies.documents[index]) else { return .null }
        return json
    }

    static let opened = Instant(milliseconds: 1_790_000_000_000)
    static let accepted = Instant(milliseconds: 1_800_000_000_000)
    static let request = "019aa000-0000-7000-8000-000000000001"

    static func at(_ milliseconds: Int64) -> Instant { accepted + Milliseconds(milliseconds) }

    /// A book in which these documents were published in order, a second apart.
    static func book(_ documents: [JSON] = [serviceLevel, compensation]) throws -> PolicyBook {
        var book = PolicyBook()
        for (index, document) in documents.enumerated() {
            let now = opened + .seconds(Int64(index))
            book = try book.publishing(PolicyDocument(document), at: now).book
        }
        return book
    }

    static let subject = AssessmentFacts.Subject(
        id: request, tenant: "acme", tier: "standard", type: nil, price: nil)

    static func facts(of clock: PromiseClock, at now: Instant, posted: Posted) -> AssessmentFacts? {
        AssessmentFacts(clock, at: now, of: subject, posted: posted)
    }

    static func facts(tenant: String = "acme", tier: String = "standard", type: String = "Degree") -> Facts {
        Facts(tenant: tenant, tier: tier, type: type)
    }

    /// A document of the same kind under other names.
    static func document(
        _ json: JSON, id: String? = nil, version: Int64 = 1, tenant: String = "default", from: String? = nil
    ) -> JSON {
        var json = json.replacing("/metadata/version", by: .integer(version))
            .replacing("/metadata/tenant", by: .string(tenant))
        if let id { json = json.replacing("/metadata/id", by: .string(id)) }
        if let from { json = json.replacing("/metadata/effectiveFrom", by: .string(from)) }
        return json
    }
}

extension CompensationPolicy {
    /// Everything that is owed at these instants in turn, each time given what was posted before.
    func history(_ clock: PromiseClock, at instants: [Instant]) throws -> [Award] {
        var posted = Posted()
        var awards: [Award] = []
        for now in instants {
            guard let facts = Fixture.facts(of: clock, at: now, posted: posted) else { continue }
            for award in try assess(facts) {
                posted.add(award)
                awards.append(award)
            }
        }
        return awards
    }
}

/// What makes a posting what it is, without the instant at which we looked.
struct Posting: Hashable {
    let claimKey: ClaimKey
    let tier: Int
    let benefit: Int
    let type: BenefitType
    let amount: Amount
    let expires: FixedSpan?

    init(_ award: Award) {
        claimKey = award.claimKey
        tier = award.tier
        benefit = award.benefit
        type = award.type
        amount = award.amount
        expires = award.expires
    }
}

/// Rules 85 and 86: by which law an institution stands, and whether what that demands only raises.
extension Recomputation {
    mutating func addInstitution(_ event: Event, _ facts: InstitutionFacts) {
        guard let range = facts.region else { return }
        let (tenant, region) = (event.frame.text(facts.tenant), event.frame.text(range))
        if let known = policies.regions[tenant], known != region {
            return report(.wrongPolicy, event, "the region of \(tenant) is \(known) for good, and not \(region)")
        }
        policies.regions[tenant] = region
    }

    /// The region of an institution, which a request of it has to name.
    mutating func region(of tenant: CanonicalText, _ event: Event, _ facts: AcceptanceFacts) -> CanonicalText? {
        let (region, named) = (policies.regions[tenant], facts.region.map { event.frame.text($0) })
        if region != named {
            let (right, found) = (region.map { "\($0)" } ?? "none", named.map { "\($0)" } ?? "none")
            report(.wrongPolicy, event, "the region of its institution is \(right), and the entry names \(found)")
        }
        return region
    }

    /// What is published or ends leaves no minimum that takes something.
    mutating func requireMinimums(of tenant: CanonicalText, from instant: Int64, _ event: Event) {
        guard let problem = policies.problemOfMinimums(of: tenant, from: instant) else { return }
        report(.wrongPolicy, event, problem)
    }
}

/// `institution.added`.
struct InstitutionFacts {
    let region: Range<Int>?
    let tenant: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        region = try facts.optionalText("region")
        tenant = try facts.text("tenant")
        try facts.finish()
        guard region.map({ frame.text($0).isRegion }) ?? true else {
            throw EntryProblem("a region is two capital letters")
        }
    }
}

extension CanonicalText {
    /// Whether it is two capital letters in quotation marks.
    fileprivate var isRegion: Bool {
        bytes.count == 4 && bytes[1...2].allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    }
}

import CanonicalJSON

/// What one request is promised, and what it is owed if the promise is broken.
struct Terms: Sendable {
    let serviceLevelHash: CanonicalText
    /// The name of the service level, as rules of incidents have it.
    let serviceLevelID: String
    let serviceLevel: ServiceLevelTerms
    let compensationHash: CanonicalText
    let compensation: CompensationTerms
    /// Whose policies they are; with quotation marks.
    let tenant: CanonicalText
    /// Of the compensation policy, in UTF-8.
    let compensationID: [UInt8]
    /// The two documents' `spec`, as they stand there.
    let documents: (serviceLevel: JSON, compensation: JSON)
    /// Nil where the service level names no calendar.
    let calendar: Calendar?

    /// The calendar that binds.
    struct Calendar: Sendable {
        let hash: CanonicalText
        /// The hash of the rules of its zone.
        let zone: CanonicalText
        let hours: WorkingHours
    }

    /// By what all spans of the service level are counted.
    var counting: Counting { Counting(hours: calendar?.hours) }
}

/// The policies that the log has published so far, and which of them bind a request: rule 1.
///
/// Keeps every document that counts: as much as the `policy.published` entries say, and no more.
struct PublishedPolicies: Sendable {
    /// What binds a request.
    enum Binding {
        /// An index into ``terms``.
        case bound(Int)
        /// No policy; why, in words.
        case none(String)
        /// The document at this `seq` may bind, or change what binds, and says what the page does not know.
        case cannotTell(seq: UInt64)
    }

    /// Why a document cannot follow the one before.
    struct OrderProblem: Error {
        let sentence: String
    }

    struct Version {
        let seq: UInt64
        /// Milliseconds; in force from here until the next version's.
        let effectiveAt: Int64
        let document: PolicyDocument
        /// Milliseconds; where it ends sooner, by itself or withdrawn.
        var until: Int64?
        /// Withdrawn before it began.
        var isVoid = false
        /// When each member of staff approved it.
        var approvals: [String: Int64] = [:]
    }

    /// All versions of one tenant, kind and id, oldest first.
    struct Series {
        let id: [UInt8]
        fileprivate(set) var versions: [Version]

        func version(inForceAt instant: Int64) -> Version? {
            let begun = versions.last { $0.effectiveAt <= instant && !$0.isVoid }
            return begun.flatMap { version in version.until.map { $0 <= instant } ?? false ? nil : version }
        }
    }

    /// The series of one tenant and kind.
    struct Shelf: Hashable {
        let tenant: CanonicalText
        let kind: CanonicalText
    }

    private struct Pair: Hashable {
        let serviceLevel: UInt64
        let compensation: UInt64
        let calendar: UInt64?
    }

    /// The calendar in force that a service level names.
    struct SidePair: Hashable {
        let bound: Int
        let compensation: UInt64
    }

    private enum CalendarSearch {
        case notNamed
        case found(Version, HoursPlan, ZoneTimes)
        case missing
        case cannotTell(seq: UInt64)
    }

    /// What has been found for requests with the same facts, while no policy begins or is published.
    private struct Found {
        let acceptedAt: Range<Int64>
        let binding: Binding
    }

    /// More kinds of requests than one log has at a time; beyond, the work is done again.
    private static let maximumFound = 10_000

    static let defaultTenant = CanonicalText("default")

    /// Every pair of policies that has bound a request.
    var terms: [Terms] = []

    private var pairs: [Pair: Int] = [:]
    var sidePairs: [SidePair: Int] = [:]
    /// Each in ascending order of ids, so that the first of equals is the one that binds.
    private(set) var shelves: [Shelf: [Series]] = [:]
    /// The instants at which a version comes into force, ascending.
    private(set) var changes: [Int64] = []
    private var found: [RequestFacts: Found] = [:]
    /// The rules of zones, by their hash.
    private var zones: [String: ZoneTimes] = [:]

    /// Whether any document is for requests that are bound to earlier versions too (rule 79).
    private(set) var helpsEarlierRequests = false

    /// Adds the rules of a zone, as the log pins them.
    mutating func pin(_ zone: ZoneTimes) { zones[zone.hash] = zone }

    /// The rules of that hash, where the log has pinned them.
    func zone(_ hash: String) -> ZoneTimes? { zones[hash] }

    /// Whether the log has pinned the rules that a calendar names.
    func hasZone(of plan: HoursPlan) -> Bool { zones[plan.zone] != nil }

    /// Adds a document as the log publishes it. One that cannot follow the version before is refused.
    mutating func publish(_ document: PolicyDocument, seq: UInt64, effectiveAt: Int64) throws(OrderProblem) {
        let shelf = Shelf(tenant: document.tenant, kind: document.kind)
        let version = Version(
            seq: seq, effectiveAt: effectiveAt, document: document, until: document.effectiveUntil)
        var series = shelves[shelf] ?? []
        let place = series.firstIndex { !$0.id.lexicographicallyPrecedes(document.id) } ?? series.endIndex
        let known = place < series.endIndex && series[place].id == document.id
        try Self.validate(version, after: known ? series[place].versions.last : nil)
        if known {
            series[place].versions.append(version)
        } else {
            series.insert(Series(id: document.id, versions: [version]), at: place)
        }
        shelves[shelf] = series
        if case .success(.compensation(let one)) = document.spec, one.helpsEarlier { helpsEarlierRequests = true }
        noteChange(at: effectiveAt)
        if let until = version.until { noteChange(at: until) }
    }

    private mutating func noteChange(at instant: Int64) {
        changes.insert(instant, at: changes.firstIndex { $0 >= instant } ?? changes.endIndex)
        found = [:]
    }

    private static func validate(_ version: Version, after last: Version?) throws(OrderProblem) {
        let new = version.document
        if let until = version.until, until <= version.effectiveAt {
            throw OrderProblem(sentence: "\(new.name) would end before it takes effect")
        }
        if let supersedes = new.supersedes, supersedes != last?.document.hash {
            let right = last.map { "\($0.document.hash)" } ?? "nothing"
            throw OrderProblem(sentence: "\(new.name) follows \(right), not \(supersedes)")
        }
        guard let last else { return }
        let old = last.document
        guard new.version > old.version else {
            throw OrderProblem(
                sentence: "\(new.name) follows version \(old.version); versions must increase")
        }
        guard version.effectiveAt > last.effectiveAt else {
            throw OrderProblem(
                sentence: "\(new.name) is in force from \(shown(version.effectiveAt)), "
                    + "the version before from \(shown(last.effectiveAt)); this must increase")
        }
    }

    /// The policies that bind a request accepted at `acceptedAt`.
    mutating func binding(of facts: RequestFacts, acceptedAt: Int64) -> Binding {
        if let found = found[facts], found.acceptedAt.contains(acceptedAt) { return found.binding }
        let next = changes.firstIndex { $0 > acceptedAt } ?? changes.endIndex
        let from = next > 0 ? changes[next - 1] : .min
        let until = next < changes.endIndex ? changes[next] : .max
        let binding = search(facts, acceptedAt: acceptedAt)
        if found.count >= Self.maximumFound { found = [:] }
        found[facts] = Found(acceptedAt: from..<until, binding: binding)
        return binding
    }

    /// The policy of a tenant by which claims are heard about a request accepted then; terms are nil when nobody can
    /// tell what it says.
    func claims(of tenant: CanonicalText, at acceptedAt: Int64) -> (hash: String, terms: ClaimTerms?)? {
        for series in shelves[Shelf(tenant: tenant, kind: PolicyDocument.claimsKind)] ?? [] {
            guard let version = series.version(inForceAt: acceptedAt) else { continue }
            guard case .success(.claims(let terms)) = version.document.spec else {
                return (version.document.hash.text, nil)
            }
            return (version.document.hash.text, try? terms.get())
        }
        return nil
    }

    /// The hash of the policy of a tenant by which people are asked about a request accepted then.
    func review(of tenant: CanonicalText, at acceptedAt: Int64) -> String? {
        for series in shelves[Shelf(tenant: tenant, kind: PolicyDocument.reviewKind)] ?? [] {
            if let version = series.version(inForceAt: acceptedAt) { return version.document.hash.text }
        }
        return nil
    }

    /// The hash of the plan of notices of a tenant that binds a request accepted then.
    func notices(of tenant: CanonicalText, at acceptedAt: Int64) -> CanonicalText? {
        for series in shelves[Shelf(tenant: tenant, kind: PolicyDocument.noticesKind)] ?? [] {
            if let version = series.version(inForceAt: acceptedAt) { return version.document.hash }
        }
        return nil
    }

    private mutating func search(_ facts: RequestFacts, acceptedAt: Int64) -> Binding {
        for tenant in [facts.tenant, Self.defaultTenant] {
            let levels = shelves[Shelf(tenant: tenant, kind: PolicyDocument.serviceLevelKind)] ?? []
            var best: (version: Version, level: PolicyDocument.ServiceLevel)?
            for series in levels {
                guard let version = series.version(inForceAt: acceptedAt) else { continue }
                guard case .success(.serviceLevel(let level)) = version.document.spec else {
                    return .cannotTell(seq: version.seq)
                }
                if level.priority > best?.level.priority ?? .min, level.appliesTo.holds(for: facts) {
                    best = (version, level)
                }
            }
            if let best { return binding(best.version, best.level, acceptedAt: acceptedAt) }
        }
        return .none("no service level applies to it")
    }

    private mutating func binding(
        _ version: Version, _ level: PolicyDocument.ServiceLevel, acceptedAt: Int64
    ) -> Binding {
        let id = version.document.id
        let shelf = Shelf(tenant: version.document.tenant, kind: PolicyDocument.compensationKind)
        for series in shelves[shelf] ?? [] {
            guard let other = series.version(inForceAt: acceptedAt) else { continue }
            guard case .success(.compensation(let compensation)) = other.document.spec else {
                return .cannotTell(seq: other.seq)
            }
            guard compensation.slaRef == id, compensation.isOfIssue else { continue }
            guard case .success(let levelTerms) = level.terms else { return .cannotTell(seq: version.seq) }
            let calendar = calendar(of: levelTerms, tenant: version.document.tenant, acceptedAt: acceptedAt)
            var bound: Terms.Calendar?
            var calendarSeq: UInt64?
            switch calendar {
            case .notNamed: break
            case .missing: return .none("the calendar that its service level names is not in force")
            case .cannotTell(let seq): return .cannotTell(seq: seq)
            case .found(let found, let plan, let zone):
                calendarSeq = found.seq
                bound = Terms.Calendar(
                    hash: found.document.hash, zone: CanonicalText(plan.zone), hours: WorkingHours(plan, in: zone))
            }
            let pair = Pair(serviceLevel: version.seq, compensation: other.seq, calendar: calendarSeq)
            if let index = pairs[pair] { return .bound(index) }
            guard case .success(let compensationTerms) = compensation.terms else { return .cannotTell(seq: other.seq) }
            pairs[pair] = terms.count
            terms.append(
                Terms(
                    serviceLevelHash: version.document.hash,
                    serviceLevelID: String(decoding: version.document.id, as: UTF8.self), serviceLevel: levelTerms,
                    compensationHash: other.document.hash, compensation: compensationTerms,
                    tenant: other.document.tenant, compensationID: other.document.id,
                    documents: (version.document.terms, other.document.terms), calendar: bound))
            return .bound(terms.count - 1)
        }
        return .none("no compensation policy refers to its service level \(version.document.name)")
    }

    private func calendar(
        of level: ServiceLevelTerms, tenant: CanonicalText, acceptedAt: Int64
    ) -> CalendarSearch {
        guard let id = level.calendarRef else { return .notNamed }
        let shelf = shelves[Shelf(tenant: tenant, kind: PolicyDocument.calendarKind)] ?? []
        guard let version = shelf.first(where: { $0.id == id })?.version(inForceAt: acceptedAt) else { return .missing }
        guard case .success(.calendar(let plan)) = version.document.spec, let zone = zones[plan.zone] else {
            return .cannotTell(seq: version.seq)
        }
        return .found(version, plan, zone)
    }
}

extension PublishedPolicies {
    /// Every tenant that has published something.
    var publishers: [CanonicalText] { shelves.keys.map(\.tenant) }

    /// The conditions of a tenant's service levels that are in force.
    func asked(of tenant: CanonicalText, at instant: Int64) -> [Condition] {
        let series = shelves[Shelf(tenant: tenant, kind: PolicyDocument.serviceLevelKind)] ?? []
        return series.compactMap { one in
            guard case .success(.serviceLevel(let level))? = one.version(inForceAt: instant)?.document.spec else {
                return nil
            }
            return level.appliesTo
        }
    }
}

/// Rules 50 and 52: what ends a document early, and what suspends one.
extension PublishedPolicies {
    /// Where a published document stands.
    private struct Place {
        let shelf: Shelf
        let series: Int
        let version: Int
    }

    private func place(of hash: CanonicalText) -> Place? {
        for (shelf, series) in shelves {
            for (number, one) in series.enumerated() {
                if let version = one.versions.firstIndex(where: { $0.document.hash == hash }) {
                    return Place(shelf: shelf, series: number, version: version)
                }
            }
        }
        return nil
    }

    /// The tenant of a published document.
    func tenant(of hash: CanonicalText) -> CanonicalText? { place(of: hash)?.shelf.tenant }

    /// From when a document is in force.
    func effectiveAt(of hash: CanonicalText) -> Int64? {
        place(of: hash).flatMap { shelves[$0.shelf]?[$0.series].versions[$0.version].effectiveAt }
    }

    mutating func withdraw(_ hash: CanonicalText, from instant: Int64) throws(OrderProblem) {
        guard let place = place(of: hash), var version = shelves[place.shelf]?[place.series].versions[place.version]
        else { throw OrderProblem(sentence: "no document \(hash) was published") }
        guard !version.isVoid, version.until.map({ instant < $0 }) ?? true else {
            throw OrderProblem(sentence: "\(version.document.name) was withdrawn before, or ends sooner by itself")
        }
        if version.effectiveAt < instant { version.until = instant } else { version.isVoid = true }
        shelves[place.shelf]?[place.series].versions[place.version] = version
        noteChange(at: instant)
    }

    mutating func approve(_ hash: CanonicalText, by staff: String, at instant: Int64) throws(OrderProblem) {
        guard let place = place(of: hash), var version = shelves[place.shelf]?[place.series].versions[place.version],
            case .success(.suspension(let terms)) = version.document.spec
        else { throw OrderProblem(sentence: "no suspension \(hash) was published") }
        guard terms.approvers.contains(staff), version.approvals[staff] == nil else {
            throw OrderProblem(sentence: "\(version.document.name) does not ask for (another) approval of \(staff)")
        }
        version.approvals[staff] = instant
        shelves[place.shelf]?[place.series].versions[place.version] = version
    }

    /// The hash of what suspends the payments under these terms, for a promise that is broken at `due`.
    func suspension(of terms: Terms, brokenAt due: Int64) -> CanonicalText? {
        guard let series = shelves[Shelf(tenant: terms.tenant, kind: PolicyDocument.suspensionKind)] else { return nil }
        for one in series {
            guard let version = one.version(inForceAt: due),
                case .success(.suspension(let suspension)) = version.document.spec,
                suspension.policyRef == terms.compensationID,
                suspension.holds(effectiveAt: version.effectiveAt, approvals: version.approvals)?.contains(due) ?? false
            else { continue }
            return version.document.hash
        }
        return nil
    }
}

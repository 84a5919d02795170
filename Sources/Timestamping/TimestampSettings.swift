package import Cryptography
package import Issuance
package import Temporal

/// Whom a service asks when its checkpoints existed, and how often.
package struct TimestampSettings: Sendable {
    /// 16 sources: each keeps a token an hour, and each is asked by the same thread.
    package static let maximumSources = 16

    /// Somebody to ask.
    package struct Source: Hashable, Sendable {
        /// The address, without a slash at the end.
        package let url: String
        /// How it answers.
        package let kind: TimestampRecord.Kind
    }

    /// Authorities first, each in the order in which they were given.
    package let sources: [Source]
    /// Who may vouch for an authority; nil when there are calendars only.
    package let roots: TrustedRoots?
    /// How often.
    package var rhythm = TimestampRhythm()

    /// Settings as an operator gives them.
    ///
    /// - Throws: ``TimestampingError`` for an address that is not of the web or comes twice, too many, and authorities
    ///   without roots.
    package init(
        authorities: [String], calendars: [String], roots: TrustedRoots?
    ) throws(TimestampingError) {
        var sources: [Source] = []
        let all = authorities.map { ($0, TimestampRecord.Kind.rfc3161) } + calendars.map { ($0, .openTimestamps) }
        for (address, kind) in all {
            let url = address.hasSuffix("/") ? String(address.dropLast()) : address
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw TimestampingError(url, "is not a web address: it has to begin with http:// or https://")
            }
            guard !sources.contains(where: { $0.url == url }) else { throw TimestampingError(url, "is given twice") }
            sources.append(Source(url: url, kind: kind))
        }
        guard sources.count <= Self.maximumSources else {
            throw TimestampingError("\(sources.count) addresses", "are more than \(Self.maximumSources)")
        }
        guard roots != nil || authorities.isEmpty else {
            throw TimestampingError(authorities[0], "can only be believed by roots: give --timestamp-roots FILE")
        }
        self.sources = sources
        self.roots = roots
    }
}

/// The lengths of time by which it is decided what is due.
package struct TimestampRhythm: Hashable, Sendable {
    /// An hour between two timestamps by one source while nothing is urgent.
    package var interval = Milliseconds(3_600_000)
    /// A minute between two questions to one source, whatever happens.
    package var gap = Milliseconds(60_000)
    /// An hour is the longest wait before a source that failed is asked again; it doubles up to that.
    package var longestWait = Milliseconds(3_600_000)
    /// Ten minutes before a calendar is asked what became of its promise: blocks come about as often.
    package var firstUpgrade = Milliseconds(600_000)
    /// Six hours is the longest wait between two such questions about one promise; it doubles up to that.
    package var longestUpgradeWait = Milliseconds(21_600_000)
    /// A day between two looks at everything that is kept.
    package var surveyInterval = Milliseconds(86_400_000)
    /// A token is renewed when its certificates end within 30 days: time for one a minute, and for an operator who is
    /// away.
    package var renewalLead = Milliseconds(30 * 86_400_000)

    /// The usual lengths.
    package init() {}
}

/// A source that gave nothing that can be kept, and why.
package struct TimestampingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its address.
    package let source: String
    /// What is wrong with it, as the rest of a sentence.
    package let problem: String

    init(_ source: String, _ problem: String) {
        self.source = source
        self.problem = problem
    }

    /// A sentence.
    package var description: String { "\(source) \(problem)" }
}

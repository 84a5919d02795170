import Issuance
package import Temporal

/// Which kept token: the key of its row.
package struct TokenPlace: Hashable, Sendable {
    /// The size of the checkpoint.
    package let size: Int64
    /// The address of the source.
    package let source: String
    /// 0 for the first, one more for each renewal.
    package let number: Int64

    /// A key.
    package init(size: Int64, source: String, number: Int64) {
        self.size = size
        self.source = source
        self.number = number
    }
}

/// What there is to ask, decided from what happened and what time it is. It does nothing by itself.
package struct TimestampAgenda: Hashable, Sendable {
    /// Something to do.
    package enum Task: Hashable, Sendable {
        /// Look through everything that is kept, for promises that are open and certificates that end.
        case survey
        /// Ask a source about the newest checkpoint.
        case stamp(source: String)
        /// Ask a calendar what became of its promise.
        case upgrade(TokenPlace)
        /// Ask an authority to stamp a token again.
        case renew(TokenPlace, authority: String)
    }

    /// 1,024 open promises: 40 days of one calendar that never keeps one. The oldest are left to the next survey.
    package static let maximumPending = 1_024
    /// 1,440 renewals: what one authority can be asked until the next survey finds the rest.
    package static let maximumRenewals = 1_440

    private struct Source: Hashable {
        let url: String
        let isAuthority: Bool
        /// The newest checkpoint that it stamped.
        var size: Int64 = 0
        var stampedAt: Instant?
        /// Whether it stamped since the start: what was urgent before nobody remembers.
        var isFresh = true
        var askedAt: Instant?
        var failures = 0
    }

    private struct Promise: Hashable {
        let place: TokenPlace
        var since: Instant
        var attempts = 0
    }

    private let rhythm: TimestampRhythm
    private var sources: [Source]
    private var promises: [Promise] = []
    private var renewals: [TokenPlace] = []
    private var surveyedAt: Instant?
    /// The last entry that should not wait for the hour.
    private var urgentSeq: Int64 = -1

    /// Nothing kept yet, as far as is known.
    package init(_ settings: TimestampSettings) {
        rhythm = settings.rhythm
        sources = settings.sources.map { Source(url: $0.url, isAuthority: $0.kind == .rfc3161) }
    }
}

// MARK: - What happened

extension TimestampAgenda {
    /// An entry was written that should be stamped without waiting for the hour.
    package mutating func hear(urgent seq: Int64) { urgentSeq = max(urgentSeq, seq) }

    /// What was found kept, from before the start.
    package mutating func found(size: Int64, source: String, at instant: Instant) {
        guard let index = sources.firstIndex(where: { $0.url == source }), sources[index].size <= size else { return }
        sources[index].size = size
        sources[index].stampedAt = instant
    }

    /// A source was asked and answered well: the agenda goes on from that. Also a "not yet" of a calendar.
    package mutating func answered(_ source: String, at instant: Instant) {
        change(source) {
            $0.askedAt = instant
            $0.failures = 0
        }
    }

    /// A source gave nothing.
    package mutating func failed(_ source: String, at instant: Instant) {
        change(source) {
            $0.askedAt = instant
            $0.failures += 1
        }
    }

    /// A checkpoint was stamped and kept.
    package mutating func stamped(_ place: TokenPlace, isPromise: Bool, at instant: Instant) {
        answered(place.source, at: instant)
        change(place.source) {
            $0.size = max($0.size, place.size)
            $0.stampedAt = instant
            $0.isFresh = false
        }
        if isPromise { wait(for: place, since: instant) }
    }

    /// A promise is not kept yet (or the calendar gave nothing): ask later.
    package mutating func postponed(_ place: TokenPlace, at instant: Instant) {
        guard let index = promises.firstIndex(where: { $0.place == place }) else { return }
        promises[index].since = instant
        promises[index].attempts += 1
    }

    /// A promise was kept, or its row is gone.
    package mutating func settled(_ place: TokenPlace) { promises.removeAll { $0.place == place } }

    /// A token was renewed, or need not be.
    package mutating func renewed(_ place: TokenPlace) { renewals.removeAll { $0 == place } }

    /// Everything kept was looked through.
    package mutating func surveyed(pending: [TokenPlace], renewals: [TokenPlace], at instant: Instant) {
        surveyedAt = instant
        self.renewals = Array(renewals.prefix(Self.maximumRenewals))
        let known = Set(promises.map(\.place))
        // After a start it is not known when they were asked about last: now.
        for place in pending where !known.contains(place) {
            wait(for: place, since: instant - rhythm.firstUpgrade)
        }
    }

    private mutating func wait(for place: TokenPlace, since instant: Instant) {
        promises.append(Promise(place: place, since: instant))
        if promises.count > Self.maximumPending { promises.removeFirst() }
    }

    private mutating func change(_ url: String, _ body: (inout Source) -> Void) {
        guard let index = sources.firstIndex(where: { $0.url == url }) else { return }
        body(&sources[index])
    }
}

// MARK: - What is due

extension TimestampAgenda {
    /// What to do now: at most one question for each source.
    ///
    /// - Parameter size: of the newest checkpoint.
    package func due(at now: Instant, size: Int64) -> [Task] {
        // First of all, and alone: only then it is known what is kept.
        if hasPassed(rhythm.surveyInterval, since: surveyedAt, at: now) { return [.survey] }
        return sources.filter { hasPassed(wait(after: $0.failures), since: $0.askedAt, at: now) }
            .compactMap { question(to: $0, at: now, size: size) }
    }

    private func question(to source: Source, at now: Instant, size: Int64) -> Task? {
        let isUrgent = source.isFresh || urgentSeq >= source.size
        if size > source.size, isUrgent || hasPassed(rhythm.interval, since: source.stampedAt, at: now) {
            return .stamp(source: source.url)
        }
        if let place = renewals.first(where: { authority(for: $0) == source.url }) {
            return .renew(place, authority: source.url)
        }
        let promise = promises.first { promise in
            let wait = doubled(rhythm.firstUpgrade, promise.attempts, upTo: rhythm.longestUpgradeWait)
            return promise.place.source == source.url && hasPassed(wait, since: promise.since, at: now)
        }
        return promise.map { .upgrade($0.place) }
    }

    /// Who renews a token: the authority that made it, or the first one if that is not asked any more.
    private func authority(for place: TokenPlace) -> String? {
        let authorities = sources.filter(\.isAuthority)
        return (authorities.first { $0.url == place.source } ?? authorities.first)?.url
    }

    private func wait(after failures: Int) -> Milliseconds {
        doubled(rhythm.gap, failures, upTo: rhythm.longestWait)
    }

    private func doubled(_ length: Milliseconds, _ times: Int, upTo longest: Milliseconds) -> Milliseconds {
        // 2^20 minutes are two years: no limit of ours is longer.
        Milliseconds(min(length.count << min(times, 20), longest.count))
    }

    /// A clock that went back tells nothing about how long it was: then it has passed.
    private func hasPassed(_ length: Milliseconds, since instant: Instant?, at now: Instant) -> Bool {
        guard let instant, instant <= now else { return true }
        return now - instant >= length
    }
}

import Cryptography
package import Issuance
import OpenTimestamps
package import Temporal

/// Carries out what an agenda says: reads the checkpoint, asks, and keeps what was verified.
package struct TimestampKeeper: Sendable {
    private let store: any Store
    private let settings: TimestampSettings
    private let exchange: TimestampExchange
    private let now: @Sendable () -> Instant

    /// - Parameter randomBytes: yields as many as it is asked for, for nonces.
    package init(
        store: any Store, settings: TimestampSettings, now: @escaping @Sendable () -> Instant,
        randomBytes: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.store = store
        self.settings = settings
        self.now = now
        exchange = TimestampExchange(randomBytes: randomBytes)
    }

    /// The size of the newest checkpoint; 0 when there is none.
    func newestSize() throws -> Int64 {
        try store.read { try $0.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first?.size ?? 0 }
    }

    /// Asks a source about the newest checkpoint.
    ///
    /// - Returns: what is to be kept.
    func stamp(_ source: TimestampSettings.Source) throws -> TimestampRecord? {
        let newest = try store.read { try $0.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first }
        guard let newest else { return nil }
        let imprint = TimestampLine.imprint(note: Array(newest.note.utf8))
        let token: [UInt8]
        switch source.kind {
        case .rfc3161: token = try ask(source.url, imprint)
        case .openTimestamps: token = try exchange.submit(imprint, to: source.url).bytes
        }
        return TimestampRecord(
            size: newest.size, source: source.url, number: 0, kind: source.kind, keptAt: now().milliseconds,
            token: token)
    }

    /// Asks an authority to stamp a token again.
    ///
    /// - Returns: what is to be kept; nil when it was renewed already.
    package func renew(_ place: TokenPlace, by authority: String) throws -> TimestampRecord? {
        let (token, note, isLast) = try store.read { reader in
            let next = try reader.record(
                TimestampRecord.self, .integer(place.size), .text(place.source), .integer(place.number + 1))
            return (
                try Self.record(place, in: reader)?.token,
                try reader.record(CheckpointRecord.self, .integer(place.size))?.note, next == nil
            )
        }
        guard let token, let note, isLast else { return nil }
        let imprint = TimestampLine.imprint(renewing: token, note: Array(note.utf8))
        return TimestampRecord(
            size: place.size, source: place.source, number: place.number + 1, kind: .rfc3161,
            keptAt: now().milliseconds, token: try ask(authority, imprint))
    }

    /// Asks a calendar what became of a promise.
    ///
    /// - Returns: the row as it is now to be, and whether a promise is still open; nil when nothing changed.
    func upgrade(_ place: TokenPlace) throws -> (record: TimestampRecord, isPromise: Bool)? {
        guard var record = try store.read({ try Self.record(place, in: $0) }) else { return nil }
        guard let file = try exchange.upgrade(try OTSFile(parsing: record.token), at: place.source) else { return nil }
        record.token = file.bytes
        return (record, KeptTimestamp(record).isPromise)
    }

    private func ask(_ authority: String, _ imprint: SHA256Digest) throws -> [UInt8] {
        guard let roots = settings.roots else { throw TimestampingError(authority, "cannot be believed without roots") }
        return try exchange.ask(authority: authority, imprint: imprint, roots: roots, at: now())
    }

    private static func record(_ place: TokenPlace, in reader: any StoreReader) throws -> TimestampRecord? {
        try reader.record(TimestampRecord.self, .integer(place.size), .text(place.source), .integer(place.number))
    }
}

// MARK: - Looking through what is kept

extension TimestampKeeper {
    /// What a look through everything kept found.
    package struct Survey: Sendable {
        /// Promises of calendars that are open.
        package var pending: [TokenPlace] = []
        /// The last tokens of lines whose certificates end soon, the sizes ascending.
        package var renewals: [TokenPlace] = []
        /// Tokens that no renewal can save: their certificates have ended, or lead to none of the roots.
        package var lost: [TokenPlace] = []
        /// The newest token of each source.
        var newest: [String: (size: Int64, keptAt: Int64)] = [:]
    }

    /// 64 rows at a time, each read with a snapshot of its own, so that the log of the database is not held.
    private static let pageSize = 64
    /// 10,000 tokens told of as lost are enough to see that they are.
    private static let maximumLost = 10_000

    /// Looks through everything that is kept.
    package func survey() throws -> Survey {
        var survey = Survey()
        var last: TimestampRecord?
        var scan = Scan(TimestampRecord.self, limit: Self.pageSize)
        while true {
            let rows = try store.read { [scan] in try $0.records(scan) }
            for row in rows {
                if let last, last.size != row.size || last.source != row.source { add(endOfLine: last, to: &survey) }
                last = row
            }
            guard rows.count == scan.limit, let key = rows.last?.key else { break }
            scan.above = key
        }
        if let last { add(endOfLine: last, to: &survey) }
        return survey
    }

    private func add(endOfLine record: TimestampRecord, to survey: inout Survey) {
        let place = TokenPlace(size: record.size, source: record.source, number: record.number)
        survey.newest[record.source] = (record.size, record.keptAt)
        switch record.kind {
        case .openTimestamps:
            guard KeptTimestamp(record).isPromise else { return }
            survey.pending.append(place)
            if survey.pending.count > TimestampAgenda.maximumPending { survey.pending.removeFirst() }
        case .rfc3161:
            guard let roots = settings.roots else { return }
            let instant = now()
            let end = try? TimestampResponse(record.token).chainExpiresMilliseconds(
                roots: roots, atMilliseconds: instant.milliseconds)
            if let end {
                let isSoon = end - instant.milliseconds <= settings.rhythm.renewalLead.count
                if isSoon, survey.renewals.count < TimestampAgenda.maximumRenewals { survey.renewals.append(place) }
            } else if survey.lost.count < Self.maximumLost {
                survey.lost.append(place)
            }
        }
    }
}

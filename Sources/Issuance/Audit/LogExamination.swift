import Cryptography
package import Temporal
package import TransparencyLog

/// Every check of a start and more, one by one, also after one has failed; it changes nothing. For the doctor.
package struct LogExamination: Sendable {
    /// In the order in which they were made.
    package private(set) var diagnoses: [Diagnosis] = []
    /// The keys that sign the log, as far as it could be read.
    package private(set) var logKeys: [VerifierKey] = []
    /// The thumbprints of the keys that sign for issuers now, with the names of the issuers.
    package private(set) var issuerKeys: [(issuer: String, thumbprint: String)] = []

    /// How far back the clock may be before somebody should look.
    private static let clockTolerance = Milliseconds.seconds(2)
    /// Timestamps are asked for each hour; after twice that somebody should look.
    private static let timestampAge = Milliseconds.hours(2)

    /// Examines a log.
    ///
    /// - Parameters:
    ///   - anchored: what was read beside the database, before it; nil where that could not be read.
    ///   - now: the time of this machine.
    ///   - progress: hears now and then how many entries have been hashed.
    package init(
        _ reader: any StoreReader, anchored: TreeHead?, at now: Instant, progress: (UInt64) -> Void = { _ in }
    ) {
        let checks = StartupChecks(reader: reader)
        let end = check("head", { try checks.end() }) { end in
            "\(end.size) entries, the last of \(Instant(milliseconds: end.lastTime).rfc3339)."
        }
        let directory = check("log keys", { try checks.directory() }) { directory in
            let keys = directory.logKeys
            return "\(keys.active.count) sign (\(keys.active.map(\.hexadecimalID).joined(separator: ", "))), "
                + "\(keys.retired.count) retired."
        }
        guard let end, let directory else {
            let others = [
                "checkpoint", "tree", "last entries", "anchor and log", "attestations", "all entries", "clock",
            ]
            for name in others { skip(name, "The end of the log cannot be read.") }
            return
        }
        logKeys = directory.logKeys.active
        issuerKeys = directory.issuers.issuers.keys.sorted { $0.text < $1.text }.compactMap { name in
            directory.issuers.activeKey(of: name).map { (name.text, $0.added.thumbprint) }
        }
        check("checkpoint", { try checks.checkpoint(of: end, signedBy: directory.logKeys) }) { _ in
            "Of \(end.size) entries, signed by every key that signs."
        }
        check("tree", { try checks.tree(of: end) }) { _ in "Its root is the one that was signed." }
        check("last entries", { try checks.lastEntries(of: end) }) { _ in
            "The last \(min(end.size, StartupChecks.checkedEntries)) are hashed again, each names the one before."
        }
        if let anchored {
            check("anchor and log", { try checks.anchor(anchored, to: end) }) { _ in
                "\(anchored.size) entries were acknowledged, and the log begins with them."
            }
        } else {
            skip("anchor and log", "There is no anchor to compare the log with.")
        }
        examineAttestations(checks, end, directory.logKeys, now, reader)
        check("all entries", { try Self.scrub(reader, progress) }) { size in
            "\(size) hashed again; with the stored tree they give the root that was signed."
        }
        examineClock(end, now)
    }

    /// The head that a signed note states, when one of the log's own keys, past or present, signed it.
    ///
    /// - Throws: `TransparencyLogError` when it is no checkpoint of this log; what reading throws.
    package static func verifiedHead(of note: [UInt8], in reader: any StoreReader) throws -> TreeHead {
        let checks = StartupChecks(reader: reader)
        let keys = try checks.directory().logKeys.all
        return try VerifiedCheckpoint(try SignedNote(parsing: note), origin: checks.end().origin, logKeys: keys).head
    }

    @discardableResult
    private mutating func check<Result>(
        _ name: String, _ body: () throws -> Result, found: (Result) -> String
    ) -> Result? {
        do {
            let result = try body()
            diagnoses.append(Diagnosis(name, .fine, found(result)))
            return result
        } catch {
            diagnoses.append(Diagnosis(name, error))
            return nil
        }
    }

    private mutating func skip(_ name: String, _ why: String) {
        diagnoses.append(Diagnosis(name, .unknown, "Not looked at. \(why)"))
    }

    private static func scrub(_ reader: any StoreReader, _ progress: (UInt64) -> Void) throws -> UInt64 {
        var scrub = try LogScrub(reader)
        while try scrub.step(reader) { progress(scrub.size) }
        return scrub.size
    }

    private mutating func examineAttestations(
        _ checks: StartupChecks, _ end: StartupChecks.End, _ keys: LogKeyBook, _ now: Instant,
        _ reader: any StoreReader
    ) {
        let sizes = check("attestations", { try checks.attestations(of: end, keys) }) { sizes in
            let cosigned = sizes.cosigned.map { "a witness cosigned \($0) entries" } ?? "no witness has cosigned"
            let stamped = sizes.timestamped.map { "\($0) were timestamped" } ?? "nothing was timestamped"
            return "The log holds what others vouch for: \(cosigned), \(stamped)."
        }
        guard let size = sizes?.timestamped,
            let newest = try? reader.records(
                Scan(TimestampRecord.self, equals: [.integer(size)], isDescending: true, limit: 1)
            ).first
        else { return }
        let age = now - Instant(milliseconds: newest.keptAt)
        guard age > Self.timestampAge, end.size > size else { return }
        diagnoses.append(
            Diagnosis(
                "timestamps", .attention,
                "The newest is of \(Instant(milliseconds: newest.keptAt).rfc3339), and the log has grown since.",
                means: "For entries since then nobody outside can say when they were there.",
                do: "See whether the timestamp authority can be reached."))
    }

    private mutating func examineClock(_ end: StartupChecks.End, _ now: Instant) {
        let last = Instant(milliseconds: end.lastTime)
        guard now + Self.clockTolerance < last else {
            return diagnoses.append(Diagnosis("clock", .fine, "It is not behind the last entry."))
        }
        diagnoses.append(
            Diagnosis(
                "clock", .attention, "This machine shows \(now.rfc3339), which is before the last entry.",
                means: "New entries get the time of the last one until the clock has caught up: what is due is paid, "
                    + "but intervals look shorter than they were.",
                do: "Set the clock right, and keep it right (NTP)."))
    }
}

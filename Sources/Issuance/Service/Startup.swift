import Temporal
import TransparencyLog

/// The checks before the first new entry, and the state that they leave: the signatures of all our keys on the newest
/// checkpoint, the tree below it, the chain of the last entries, the anchor outside the database, and what others have
/// attested.
struct Startup {
    let origin: String
    let opened: LogOpened
    let signers: LogSigners
    let state: Committer.State

    init(reading reader: any StoreReader, _ surroundings: Service.Surroundings) throws {
        let checks = StartupChecks(reader: reader)
        let end = try checks.end()
        let directory = try checks.directory()
        guard let opened = directory.opened else { throw StartupRefusal("The log was never opened.", .noLog) }
        try checks.checkpoint(of: end, signedBy: directory.logKeys)
        let tiles = try checks.tree(of: end)
        try checks.lastEntries(of: end)
        try checks.anchor(surroundings.anchored, to: end)
        _ = try checks.attestations(of: end, directory.logKeys)
        signers = LogSigners(try directory.logKeys.active.map { try surroundings.keys.log.signer($0) })
        origin = end.origin
        self.opened = opened
        let log = LogState(size: end.size, lastLeafHash: end.last, lastTime: end.lastTime)
        state = Committer.State(log: log, tiles: tiles, directory: directory)
    }
}

extension Committer.State {
    static func empty(origin: String) -> Committer.State {
        let log = LogState(size: 0, lastLeafHash: LogEntry.genesisPrevious(origin: origin), lastTime: 0)
        return Committer.State(log: log, tiles: TileAppender(), directory: Directory())
    }
}

extension Directory {
    /// Made from the rows.
    init(reading reader: any StoreReader) throws {
        self.init()
        if let opened = try timedEvent(0, in: reader) { try apply(opened.event.event, at: opened.at) }
        var seqs: [Int64] = []
        try reader.forEach(PolicyRecord.self) { seqs.append($0.seq) }
        try reader.forEach(ZoneRecord.self) { seqs.append($0.seq) }
        try reader.forEach(PolicyEntryRecord.self) { seqs.append($0.seq) }
        try reader.forEach(InstitutionRecord.self) { seqs.append($0.seq) }
        try reader.forEach(IssuerEntryRecord.self) { seqs.append($0.seq) }
        try reader.forEach(ResourceRecord.self) { seqs.append($0.seq) }
        try reader.forEach(StaffRecord.self) { row in
            seqs += [row.seq, row.changedSeq, row.removedSeq].compactMap(\.self)
        }
        seqs += try reader.records(Scan(ErasedAnswerRecord.self, limit: 1)).map(\.seq)
        try reader.forEach(IncidentRulesRecord.self) { seqs.append($0.seq) }
        try reader.forEach(StageReportRecord.self) { seqs.append($0.seq) }
        for seq in seqs.sorted() {
            if let (event, at) = try timedEvent(seq, in: reader) { try apply(event.event, at: at) }
        }
        take(try Tally(reading: reader))
    }
}

/// Every table of the service, by what it is to the log.
package enum Tables {
    /// The log itself.
    package static let log = [EntryRecord.table, TileRecord.table, CheckpointRecord.table, HeadRecord.table]

    /// What entries commit to, and the keys of the commitments: erasable, and needed to rebuild the projections.
    package static let openings = [OpeningRecord.table, SubjectRecord.table]

    /// What follows from the log and its openings; `Replay` makes them again, byte for byte.
    package static let projections: [any Record.Type] = [
        InstitutionRecord.self, IssuerEntryRecord.self, ResourceRecord.self, PolicyRecord.self, RequestRecord.self,
        PauseRecord.self, StatusListRecord.self, StatusRecord.self, StatusChangeRecord.self, PaymentRecord.self,
        JournalLineRecord.self, LotRecord.self, PremiumRecord.self, NoticeRecord.self, IndexRecord.self,
    ]

    /// Those projections that came later than the others, each in a migration of its own.
    private static let laterProjections = [IndexRecord.table]

    /// What others said of the log's checkpoints; nothing makes it again.
    package static let attestations = [CosignatureRecord.table, TimestampRecord.table]

    /// In the order in which they came to be; one only ever appends.
    package static let migrations = [
        log + openings + projections.map { $0.table }.filter { !laterProjections.contains($0) } + [AnswerRecord.table],
        attestations, [IndexRecord.table],
    ]

    package static let all = migrations.flatMap { $0 }
}

/// Every table of the service, by what it is to the log.
package enum Tables {
    /// The log itself.
    package static let log = [EntryRecord.table, TileRecord.table, CheckpointRecord.table, HeadRecord.table]

    /// What entries commit to, and the keys of the commitments: erasable, and needed to rebuild the projections.
    package static let openings = [OpeningRecord.table, SubjectRecord.table]

    /// What follows from the log and its openings; `Replay` makes them again, byte for byte.
    package static let projections: [any Record.Type] =
        [
            InstitutionRecord.self, IssuerEntryRecord.self, ResourceRecord.self, PolicyRecord.self, RequestRecord.self,
            PauseRecord.self, StatusListRecord.self, StatusRecord.self, StatusChangeRecord.self, PaymentRecord.self,
            JournalLineRecord.self, LotRecord.self, PremiumRecord.self, NoticeRecord.self, ErasedAnswerRecord.self,
            IndexRecord.self, StaffRecord.self, ReservationRecord.self, HolderEntryRecord.self, ErasedEntryRecord.self,
            CouponBatchRecord.self, CouponRecord.self, PolicyEntryRecord.self,
        ] + claimsProjections + settlingProjections + incidentRecords + modelsProjections + clocksRecords
        + objectivesRecords + surveyRecords + coverageRecords + forecastRecords + assuranceRecords + decisionRecords
        + noticeRecords + burnRecords + impactRecords

    /// What others said of the log's checkpoints; nothing makes it again.
    package static let attestations = [CosignatureRecord.table, TimestampRecord.table]

    /// How they came to be; one only ever appends.
    package static let migrations = [
        first, attestations.map(Table.Change.create), erasure, [.create(IndexRecord.table)], promise, reliability,
        kept, eighth,
    ]

    package static let all =
        records.map { $0.table } + [MoveRecord.table] + nodes

    /// The rows of every table: what is moved with a service.
    package static let records: [any Record.Type] =
        [
            EntryRecord.self, TileRecord.self, CheckpointRecord.self, HeadRecord.self, OpeningRecord.self,
            SubjectRecord.self,
        ] + projections + [CosignatureRecord.self, TimestampRecord.self, AnswerRecord.self, PurgeRecord.self]

    private static let first: [Table.Change] =
        (log + openings + [
            InstitutionRecord.table, IssuerEntryRecord.table, ResourceRecord.table, PolicyRecord.table,
            RequestRecord.table.asFirstMade(lacking: 1, isAppendOnly: false), PauseRecord.table,
            StatusListRecord.table, StatusRecord.table, StatusChangeRecord.table, PaymentRecord.table.asFirstMade(),
            JournalLineRecord.table, LotRecord.table.asFirstMade(indexes: 1, isAppendOnly: false),
            PremiumRecord.table.asFirstMade(),
            NoticeRecord.table.asFirstMade(indexes: 1), AnswerRecord.table.asFirstMade(lacking: 1, indexes: 1),
        ]).map(Table.Change.create)

    /// The promise and the payment, complete: each part beside its own records.
    private static let promise: [Table.Change] =
        clocksChanges + claimsChanges + settlingChanges + incidentsChanges + modelsChanges + walletChanges
        + policiesChanges

    /// The promises beside the credential, what proves and foresees them, and what is learnt: each part beside its own
    /// records.
    private static let reliability: [Table.Change] =
        objectivesChanges + surveyChanges + coverageChanges + forecastChanges

    /// Promises that are deeds, that people have to act on, and that are told: each part beside its own records.
    private static let kept: [Table.Change] = assuranceChanges + decisionChanges + noticeChanges

    /// Regions, rates and declarations, times that are stated, several nodes, and moving: each part beside its own
    /// records.
    private static let eighth: [Table.Change] = promiseChanges + nodesChanges + moveChanges

    /// A person can be erased: what names them can be changed, and is found by request.
    private static let erasure: [Table.Change] = [
        .addColumn(.integer("erased_at").optional, to: "request"),
        .addColumn(.text("request").optional, to: "answer"),
        .addIndex(.init("answer_by_request", ["request"]), to: "answer"),
        .addIndex(.init("outbox_by_request", ["request"]), to: "outbox"),
        .allowChanges(to: "payment"), .allowChanges(to: "premium"), .allowChanges(to: "outbox"),
        .allowChanges(to: "answer"), .create(ErasedAnswerRecord.table), .create(PurgeRecord.table),
    ]
}

import Coverage
import TransparencyLog

/// The salts of the newest coverage statement, for whoever audits with the data of the service.
package struct CoverageSalts {
    private let reader: any StoreReader
    private let size: UInt64

    /// The size of the newest statement; nil where there is none.
    package static func newestSize(in reader: any StoreReader) throws -> UInt64? {
        try CoverageRecord.newest(in: reader).map { UInt64($0.size) }
    }

    /// - Returns: nil where there is no statement.
    package init?(in reader: any StoreReader) throws {
        guard let size = try Self.newestSize(in: reader) else { return nil }
        (self.reader, self.size) = (reader, size)
    }

    /// The salt of a request's leaf; nil where its key is gone, or was another when the statement was made: its person
    /// was erased since.
    package func salt(of rid: String, acceptedAt seq: UInt64) throws -> [UInt8]? {
        guard let request = try reader.record(RequestRecord.self, .text(rid)) else { return nil }
        if request.erasedAt != nil, try wasErasedSince(request) { return nil }
        guard let key = try reader.record(SubjectRecord.self, .text(request.tenant), .text(request.holder)) else {
            return nil
        }
        return try SubjectKey(key.key32).opening(field: CoverageOpening.field(size: size), value: [], seq: seq).salt
    }

    private func wasErasedSince(_ request: RequestRecord) throws -> Bool {
        let scan = Scan(
            EntryRecord.self, index: "entry_by_request", equals: [.text(request.id)],
            above: [.integer(Int64(size) - 1)],
            limit: 256)
        return try reader.records(scan).contains { try LogEntry(parsing: $0.body).type == SubjectErased.type }
    }
}

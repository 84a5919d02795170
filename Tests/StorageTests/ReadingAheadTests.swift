import Issuance
import Testing

/// Reading with a second thread gives what reading with one gives.
@Suite("Reading ahead")
struct ReadingAheadTests {
    private struct Enough: Error {}

    @Test("hands over every row in the order of the key", arguments: [0, 1, 1023, 1024, 1025, 9000])
    func everything(count: Int) throws {
        try StoreKind.sqlite.withStore { store in
            try store.insert((0..<count).map { Sample.Entry(Int64($0 * 3), [UInt8($0 % 251)]) })
            try store.read { reader in
                var seen: [Int64] = []
                try reader.forEachAhead(Sample.Entry.self, { $0.seq + Int64($0.body[0]) }) { seen.append($0) }
                #expect(seen == (0..<Int64(count)).map { $0 * 3 + $0 % 251 })
                // The reader is the caller's again.
                let rows = try reader.all(Sample.Entry.self)
                #expect(rows.count == count)
            }
        }
    }

    @Test("ends when the caller has had enough, at the first row and in the middle", arguments: [1, 1024, 5000])
    func enough(wanted: Int) throws {
        try StoreKind.sqlite.withStore { store in
            try store.insert((0..<9000).map { Sample.Entry(Int64($0)) })
            try store.read { reader in
                var seen = 0
                #expect(throws: Enough.self) {
                    try reader.forEachAhead(Sample.Entry.self, { $0.seq }) { _ in
                        seen += 1
                        if seen == wanted { throw Enough() }
                    }
                }
                #expect(seen == wanted)
                let last = try reader.record(Sample.Entry.self, .integer(8999))
                #expect(last != nil)
            }
        }
    }

    @Test("reports what the store refuses")
    func refused() throws {
        try StoreKind.sqlite.withStore { store in
            try store.read { reader in
                var rows = 0
                #expect(throws: StoreError.self) {
                    try reader.forEachAhead(Sample.Impostor.self, { _ in 0 }) { _ in rows += 1 }
                }
                #expect(rows == 0)
            }
        }
    }
}

import CanonicalJSON
package import TransparencyLog

/// What opens the lots that entries commit to, for a recomputation that may see them.
package struct WalletOpenings: Sendable {
    /// By the number of the entry.
    package let lots: [UInt64: Opening]
    /// By claim key, a name that is the same for all lots of one holder.
    package let holders: [String: String]

    /// Everything that the store can open.
    package init(in reader: any StoreReader) throws {
        var lots: [UInt64: Opening] = [:]
        try reader.forEach(HolderEntryRecord.self) { row in
            guard let value = try storedOpenings(row.seq, in: reader)["lots"],
                let subject = try reader.record(SubjectRecord.self, .text(row.tenant), .text(row.holder))
            else { return }
            let seq = UInt64(row.seq)
            lots[seq] = try SubjectKey(subject.key32).opening(field: "lots", value: value.canonicalBytes, seq: seq)
        }
        var holders: [String: String] = [:]
        try reader.forEach(LotRecord.self) { lot in
            if !lot.holder.isEmpty { holders[lot.claimKey] = lot.tenant + "\n" + lot.holder }
        }
        self.lots = lots
        self.holders = holders
    }
}

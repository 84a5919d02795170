import TransparencyLog

/// Decisions about the index of requests.
extension Situation {
    /// It was made from a snapshot; by now the log may be longer, and another index may have been faster.
    func index(_ indexed: RequestsIndexed) throws -> Decision {
        let (size, nextSeq) = (indexed.index.size, UInt64(nextSeq))
        guard size <= nextSeq, nextSeq - size <= ChainIndex.maximumLag else {
            throw Refusal(
                .busy, "More than \(ChainIndex.maximumLag) entries came while the index was made. Try again later.")
        }
        if let newest = try IndexRecord.newest(in: state), UInt64(newest.size) >= size {
            throw Refusal(.busy, "Another index was made meanwhile, of \(newest.size) entries.")
        }
        return Decision([LogEvent(.requestsIndexed(indexed))])
    }
}

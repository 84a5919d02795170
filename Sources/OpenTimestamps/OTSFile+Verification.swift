package import Temporal

/// What one attestation of a file comes to, given the headers that the verifier has.
package enum AttestationFinding: Hashable, Sendable {
    /// The message is the Merkle root of the given header, and the header proves its work.
    case attested(height: UInt64, time: Instant, blockHash: String)
    /// A calendar has promised, and not yet delivered.
    case pending(uri: String)
    /// The verifier has no header of that height.
    case headerMissing(height: UInt64)
    /// The header of that height is of another block: the message is not its Merkle root.
    case otherRoot(height: UInt64)
    /// The header does not have the work that it states, or states less than the chain ever asked for.
    case noWork(height: UInt64)
    /// Of a kind that this version does not know.
    case unknown(tag: [UInt8])
}

extension OTSFile {
    /// Holds each attestation against the headers, in the order of the file.
    ///
    /// - Parameter limit: the least work that a header must have; only tests ask for less than Bitcoin.
    package func verify(headers: BlockHeaders, limit: Target = .bitcoinLimit) -> [AttestationFinding] {
        attestations.map { attestation, message in
            switch attestation {
            case .pending(let uri): return .pending(uri: uri)
            case .unknown(let tag, _): return .unknown(tag: tag)
            case .bitcoin(let height):
                guard let header = headers.headers[height] else { return .headerMissing(height: height) }
                guard header.merkleRoot == message else { return .otherRoot(height: height) }
                guard header.provesWork(limit: limit) else { return .noWork(height: height) }
                return .attested(height: height, time: header.time, blockHash: header.hashText)
            }
        }
    }

    /// The earliest block that attests the digest, or nil when none does.
    package func earliestBlock(
        headers: BlockHeaders, limit: Target = .bitcoinLimit
    ) -> (height: UInt64, time: Instant, blockHash: String)? {
        var earliest: (height: UInt64, time: Instant, blockHash: String)?
        for case .attested(let height, let time, let hash) in verify(headers: headers, limit: limit)
        where height < earliest?.height ?? .max { earliest = (height, time, hash) }
        return earliest
    }
}

extension AttestationFinding: CustomStringConvertible {
    /// What it proves and what not, in plain words.
    package var description: String {
        switch self {
        case .attested(let height, let time, let hash):
            """
            what is stamped existed before block \(height) was made, which says that this was at \(time), give or take \
            about two hours. It does not prove who had it, that it is true, or that nothing was left out; nor that the \
            block is on the chain of Bitcoin, which only somebody who follows that chain knows: compare its hash, \
            \(hash)
            """
        case .pending(let uri): "nothing is proven yet: the calendar \(uri) has promised to anchor it"
        case .headerMissing(let height): "nothing can be told without the header of block \(height)"
        case .otherRoot(let height): "nothing is proven: the given header of height \(height) is of another block"
        case .noWork(let height): "nothing is proven: the given header of height \(height) lacks the work of a block"
        case .unknown: "nothing can be told from an attestation of an unknown kind"
        }
    }
}

package import Cryptography

/// The first thing that is wrong in a log, or in what is shown of one request.
package struct AuditFinding: Error, Hashable, Sendable {
    /// Which rule is broken.
    package enum Reason: Hashable, Sendable {
        /// The bytes are not an entry.
        case malformed(TransparencyLogError)
        /// The entry was made for another log.
        case wrongOrigin
        /// Another `seq` stands here: an entry is missing, doubled or out of order.
        case wrongSequence(found: UInt64)
        /// `prev` is not the leaf hash of the entry before.
        case brokenChain
        /// `t` is less than in the entry before.
        case timeRunsBackwards
        /// Not event `expected` of its request, or of another request.
        case wrongRequestEvent(rid: String, rn: UInt64, expected: UInt64)
        /// `rprev` is not the leaf hash of the request's event before.
        case brokenRequestChain(rid: String)
        /// The entry belongs to no request.
        case noRequest
        /// The tree of the checkpoint does not hold this entry at its place.
        case notIncluded(TransparencyLogError)
        /// More entries than the checkpoint has.
        case beyondCheckpoint
        /// The entries end before they should.
        case missing
        /// An index of requests that is not the one that the entries give.
        case wrongIndex(problem: String)
        /// Every entry follows from the one before, but the checkpoint was signed for other entries.
        case wrongRoot(found: SHA256Digest)
    }

    /// In a log the sequence number that is wrong; in a request the number of the event.
    package let position: UInt64
    /// The rule that is broken there.
    package let reason: Reason

    init(_ position: UInt64, _ reason: Reason) {
        self.position = position
        self.reason = reason
    }
}

extension AuditFinding: CustomStringConvertible {
    /// Where and what, for the person who audits.
    package var description: String { "entry \(position): \(problem)" }

    private var problem: String {
        switch reason {
        case .malformed(let error), .notIncluded(let error): error.description
        case .wrongOrigin: "made for another log"
        case .wrongSequence(let found): "has sequence number \(found); an entry is missing, doubled or out of order"
        case .brokenChain: "does not follow from the entry before"
        case .timeRunsBackwards: "is earlier than the entry before"
        case .wrongRequestEvent(let rid, let rn, let expected): "event \(rn) of request \(rid) instead of \(expected)"
        case .brokenRequestChain(let rid): "does not follow from the event before of request \(rid)"
        case .noRequest: "belongs to no request"
        case .beyondCheckpoint: "beyond the size of the checkpoint"
        case .missing: "missing"
        case .wrongIndex(let problem): "is an index of requests that does not hold: \(problem)"
        case .wrongRoot(let found): "up to here the root is \(found), not that of the checkpoint"
        }
    }
}

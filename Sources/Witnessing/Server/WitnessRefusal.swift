import HTTPServer

/// Why a witness does not cosign, in the order in which [tlog-witness](https://c2sp.org/tlog-witness) asks.
package enum WitnessRefusal: Error, Hashable, Sendable {
    /// The body is not an add-checkpoint request, or its old size is beyond the checkpoint: 400.
    case malformed(String)
    /// The witness does not know the log: 404.
    case unknownLog(origin: String)
    /// No key of the log signed, or a line of one does not verify: 403.
    case notSigned(String)
    /// The old size is not that of the checkpoint cosigned last, which is this: 409.
    case otherSize(UInt64)
    /// The checkpoint does not continue the one cosigned last, or is not shown to: 422.
    case inconsistent(String)
    /// The clock shows an earlier time than the last cosignature states: 503.
    case clockIsBehind

    /// What HTTP calls it.
    var status: HTTPStatus {
        switch self {
        case .malformed: .badRequest
        case .unknownLog: .notFound
        case .notSigned: .forbidden
        case .otherSize: .conflict
        case .inconsistent: .unprocessableContent
        case .clockIsBehind: .serviceUnavailable
        }
    }
}

extension WitnessRefusal: CustomStringConvertible {
    /// What was wrong, and what to do where that is known. For another size it is the size and nothing else, because
    /// that is what the specification makes of it.
    package var description: String {
        switch self {
        case .malformed(let problem), .notSigned(let problem), .inconsistent(let problem): problem
        case .unknownLog(let origin): "this witness does not know a log \(origin.debugDescription)"
        case .otherSize(let size): "\(size)"
        case .clockIsBehind: "the clock of this witness is behind its last cosignature; try again later"
        }
    }
}

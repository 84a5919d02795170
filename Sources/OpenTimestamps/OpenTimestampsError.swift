/// Why bytes are no proof of OpenTimestamps, or no block header.
package enum OpenTimestampsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not the format; what is wrong, and at which byte.
    case malformed(String, at: Int)
    /// The format, but with something that this version does not compute, by its name.
    case unsupported(String)
    /// The answer of a calendar is about nothing that the file waits for.
    case notPending(commitment: String)
    /// Not a header of 80 bytes, or not a list of them; what is wrong.
    case unusableHeader(String)

    /// What was wrong, and where.
    package var description: String {
        switch self {
        case .malformed(let problem, let place): "not an OpenTimestamps proof: \(problem), at byte \(place)"
        case .unsupported(let name): "an OpenTimestamps proof with \(name), which this version does not compute"
        case .notPending(let commitment): "the file does not wait for anything about \(commitment)"
        case .unusableHeader(let problem): "not a block header: \(problem)"
        }
    }
}

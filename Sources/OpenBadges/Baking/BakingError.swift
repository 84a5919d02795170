/// Why an image cannot be read, or not be baked.
package enum BakingError: Error, Hashable, Sendable {
    /// It is neither PNG nor SVG.
    case unknownFormat
    /// It has more bytes than the limit.
    case tooLarge(limit: Int)
    /// It is damaged or written in a way that is not read here; the number of bytes before the place.
    case malformed(String, offset: Int)
    /// It carries more than one credential, which is forbidden.
    case severalCredentials
    /// It carries a credential already, and nobody asked to replace it.
    case alreadyBaked
    /// What it carries, or what is to be put into it, is no credential.
    case notACredential(String)
}

extension BakingError: CustomStringConvertible {
    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .unknownFormat: "the image is neither PNG nor SVG; only these carry badges"
        case .tooLarge(let limit): "the image has more than \(limit) bytes"
        case .malformed(let problem, let offset): "the image is not readable at byte \(offset): \(problem)"
        case .severalCredentials: "the image carries more than one credential, and none can be preferred"
        case .alreadyBaked: "the image carries a credential already; ask to replace it, or take the unbaked image"
        case .notACredential(let problem): "what the image carries is no credential: \(problem)"
        }
    }
}

package import CanonicalJSON
package import Credentials

/// Why a status list or an entry cannot be used.
package struct StatusListError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of problem, as the specifications name it.
    package let type: ProblemType

    /// The member that is wrong, in the entry or in the list.
    package let pointer: JSONPointer

    /// What is wrong and what to do, as a sentence whose subject is that member.
    package let problem: String

    init(_ type: ProblemType, at pointer: JSONPointer, _ problem: String) {
        (self.type, self.pointer, self.problem) = (type, pointer, problem)
    }

    /// The same problem, as the data model found it.
    init(_ error: CredentialError) { self.init(error.type, at: error.pointer, error.problem) }

    /// The place and the problem.
    package var description: String {
        pointer == JSONPointer() ? "the document \(problem)" : "\(pointer) \(problem)"
    }
}

/// [Bitstring Status List 1.0, 3.5](https://www.w3.org/TR/vc-bitstring-status-list/#processing-errors). Malformed
/// values and indexes out of range have the types of the data model.
extension ProblemType {
    private static let statusList = "https://www.w3.org/ns/credentials/status-list#"

    /// The list does not fit the entry, or may not be used now.
    package static let statusVerification = ProblemType(rawValue: statusList + "STATUS_VERIFICATION_ERROR")

    /// The list is too short to hide anyone.
    package static let statusListLength = ProblemType(rawValue: statusList + "STATUS_LIST_LENGTH_ERROR")
}

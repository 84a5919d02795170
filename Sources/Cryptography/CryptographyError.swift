/// What this room refuses, said so that the person who reads it can act. No case carries a secret.
package enum CryptographyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A key, seed or scalar has the wrong number of bytes.
    case wrongLength(of: String, expected: Int, actual: Int)

    /// The bytes have the right shape but are not a key that we accept; the text says why.
    case invalidKey(String)

    /// A key file could not be written or read.
    case keyFile(path: String, KeyFileProblem)

    /// OpenSSL refused work that should succeed (it is out of memory, or built without the algorithm).
    case library(operation: String, reason: String)

    /// What was wrong, where, and what to do.
    package var description: String {
        switch self {
        case .wrongLength(let what, let expected, let actual):
            "\(what) must be \(expected) bytes, not \(actual)"
        case .invalidKey(let why):
            "not an acceptable key: \(why)"
        case .keyFile(let path, let problem):
            "key file \(path): \(problem)"
        case .library(let operation, let reason):
            "OpenSSL could not \(operation): \(reason)"
        }
    }
}

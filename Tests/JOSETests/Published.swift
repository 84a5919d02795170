import CanonicalJSON
import JOSE
import TestSupport

/// A published JSON file, which may be larger than what we accept from strangers.
func published(_ path: String) throws -> JSON {
    try JSON(parsing: Conformance.bytes(path), limits: JSONLimits(maximumBytes: 1 << 24, maximumDepth: 64))
}

/// A published text file without the white space at its ends.
func publishedText(_ path: String) throws -> String {
    String(decoding: try Conformance.bytes(path), as: UTF8.self).split(whereSeparator: \.isWhitespace).joined()
}

extension JSON {
    /// The elements of the list with that name; none when it is not one.
    func list(_ key: String) -> [JSON] { self[key]?.arrayValue ?? [] }

    /// The string with that name; empty when it is not one.
    func text(_ key: String) -> String { self[key]?.stringValue ?? "" }
}

/// What an expression refuses, or nil when it does not.
func refusal<Value>(_ work: () throws -> Value) -> JOSEError? {
    do {
        _ = try work()
        return nil
    } catch {
        return error as? JOSEError
    }
}

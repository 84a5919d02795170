import CanonicalJSON
import Foundation
import Temporal

/// Short ways to spoil a document.
extension JSONObject {
    func without(_ key: String) -> JSONObject {
        var object = self
        object[key] = nil
        return object
    }

    mutating func edit(_ key: String, _ change: (inout [JSON]) throws -> Void) rethrows {
        var elements = self[key]?.arrayValue ?? []
        try change(&elements)
        self[key] = .array(elements)
    }

    mutating func replace(_ text: String, _ other: String, in key: String) {
        let old = self[key]?.stringValue ?? ""
        precondition(old.contains(text), "a test that changes nothing")
        self[key] = .string(old.replacingOccurrences(of: text, with: other))
    }
}

extension [JSON] {
    mutating func set(_ key: String, of index: Int, to value: JSON) {
        change(index) { $0[key] = value }
    }

    mutating func edit(_ key: String, of index: Int, _ change: (inout [JSON]) -> Void) {
        self.change(index) { $0.edit(key, change) }
    }

    mutating func replace(_ text: String, _ other: String, in key: String, of index: Int) {
        change(index) { $0.replace(text, other, in: key) }
    }

    private mutating func change(_ index: Int, _ change: (inout JSONObject) -> Void) {
        var object = self[index].objectValue ?? [:]
        change(&object)
        self[index] = .object(object)
    }
}

extension SampleLog {
    /// Other entries, as many as asked for.
    func withEntries(of count: Int) throws -> SampleLog {
        var log = self
        for index in 0..<count { try log.append("note", at: .accepted, ["number": .integer(Int64(index))]) }
        return log
    }
}

import CanonicalJSON
import Compensation

/// What a question is about, by unit and by whether it is a debt or a favour.
package struct QuestionSums: Hashable, Sendable {
    /// One of the sums.
    package struct Part: Hashable, Sendable, Comparable {
        package let unit: String
        /// `guaranteed` or `discretionary`.
        package let benefitClass: String

        init(unit: String, isFavour: Bool) {
            self.unit = unit
            benefitClass = (isFavour ? BenefitClass.discretionary : .guaranteed).rawValue
        }

        fileprivate init(unit: String, benefitClass: String) {
            (self.unit, self.benefitClass) = (unit, benefitClass)
        }

        package static func < (left: Part, right: Part) -> Bool {
            (left.unit, left.benefitClass) < (right.unit, right.benefitClass)
        }
    }

    private(set) var minor: [Part: Int64] = [:]

    init() {}

    /// Reads `[{"unit", "class", "minor"}]`.
    init(_ elements: [(JSON, JSONPointer)]) throws(JSONShapeError) {
        for (json, pointer) in elements {
            var reader = try ObjectReader(json, at: pointer)
            let part = Part(
                unit: try reader.string("unit"),
                benefitClass: try reader.parsed("class") { BenefitClass(rawValue: $0)?.rawValue })
            guard minor[part] == nil else { throw JSONShapeError(pointer: pointer, problem: "this was summed before") }
            minor[part] = try reader.integer("minor")
            try reader.finish()
        }
    }

    /// From the text that a row keeps.
    init(stored text: String) throws(StoreError) {
        do throws(JSONShapeError) {
            guard let json = try? JSON(parsing: Array(text.utf8)), let list = json.arrayValue else {
                throw JSONShapeError(pointer: JSONPointer(), problem: "expected a list")
            }
            try self.init(list.map { ($0, JSONPointer()) })
        } catch {
            throw .corrupt("the sums of a question: \(error)")
        }
    }

    /// Whether any of it may be refused.
    var hasFavours: Bool { minor.keys.contains { $0.benefitClass == BenefitClass.discretionary.rawValue } }

    subscript(part: Part) -> Int64 { minor[part] ?? 0 }

    /// Adds an award; each is below 2^53, so that a question holds more of them than there are entries.
    mutating func add(_ amount: Int64, to part: Part) { minor[part, default: 0] += amount }

    /// Ascending by unit and class.
    var json: JSON {
        .array(
            minor.sorted { $0.key < $1.key }.map { part, minor in
                ["unit": .string(part.unit), "class": .string(part.benefitClass), "minor": .integer(minor)]
            })
    }
}

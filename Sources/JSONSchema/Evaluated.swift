import CanonicalJSON

/// Which children of one value were evaluated by adjacent keywords: the annotations that `unevaluatedItems` and
/// `unevaluatedProperties` ask for (Core section 11), as marks in the order of the elements or members.
struct Evaluated {
    private(set) var marks: [Bool]

    init(for json: JSON) {
        let count = json.arrayValue?.count ?? json.objectValue?.count ?? 0
        marks = [Bool](repeating: false, count: count)
    }

    var count: Int { marks.count }

    mutating func mark(_ index: Int) { marks[index] = true }

    mutating func formUnion(_ other: Evaluated) {
        for index in other.marks.indices where other.marks[index] { marks[index] = true }
    }
}

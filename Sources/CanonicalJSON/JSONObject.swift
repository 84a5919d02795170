/// The members of one object, each name once, kept in the order of
/// [RFC 8785 section 3.2.3](https://www.rfc-editor.org/rfc/rfc8785#section-3.2.3), so that canonical output is a walk.
package struct JSONObject: Sendable {
    /// A name and its value.
    package typealias Element = (key: String, value: JSON)

    private(set) var members: [Element]

    /// An object with no members.
    package init() { members = [] }

    /// Members that are already in canonical order, each name once.
    init(ordered members: [Element]) { self.members = members }

    /// Members in any order; a name used twice stops the program.
    package init(uniqueMembers: [Element]) {
        members = uniqueMembers.sorted { CodeUnitOrder.isBefore($0.key, $1.key) }
        for (first, second) in zip(members, members.dropFirst()) {
            precondition(CodeUnitOrder.isBefore(first.key, second.key), "the name \(first.key) is used twice")
        }
    }

    /// The number of members.
    package var count: Int { members.count }

    /// Whether there are no members.
    package var isEmpty: Bool { members.isEmpty }

    /// The names, in canonical order.
    package var keys: [String] { members.map(\.key) }

    /// The member of that name. Setting nil removes it.
    package subscript(key: String) -> JSON? {
        get { index(of: key).map { members[$0].value } }
        set {
            let place = Self.place(of: key, in: members)
            let isPresent = place < members.count && CodeUnitOrder.areEqual(members[place].key, key)
            switch (isPresent, newValue) {
            case (true, let value?): members[place].value = value
            case (false, let value?): members.insert((key, value), at: place)
            case (true, nil): members.remove(at: place)
            case (false, nil): break
            }
        }
    }

    /// Where the member of that name stands in canonical order.
    func index(of key: String) -> Int? {
        let place = Self.place(of: key, in: members)
        return place < members.count && CodeUnitOrder.areEqual(members[place].key, key) ? place : nil
    }

    /// The index of the first of these ordered members whose name is not before `key`.
    static func place(of key: String, in members: [Element]) -> Int {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if CodeUnitOrder.isBefore(members[middle].key, key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension JSONObject: Sequence {
    /// The members, in canonical order.
    package func makeIterator() -> IndexingIterator<[Element]> { members.makeIterator() }

    /// Exact, so that mapping an object allocates once.
    package var underestimatedCount: Int { members.count }
}

extension JSONObject: Hashable {
    /// Whether both have the same names with equal values.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) {
            CodeUnitOrder.areEqual($0.key, $1.key) && $0.value == $1.value
        }
    }

    /// Feeds the members to a hasher, in canonical order.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(members.count)
        for (key, value) in members {
            hasher.combine(key)
            hasher.combine(value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Members in any order; a name used twice stops the program.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(uniqueMembers: elements.map { (key: $0.0, value: $0.1) })
    }
}

import CanonicalJSON

/// The facts of an entry about incidents. These are rare, so they are read as a JSON value.
struct IncidentEntry {
    private let json: JSON

    init(_ frame: EntryFrame) throws(EntryProblem) {
        do {
            json = try JSON(parsing: Array(frame.bytes[frame.facts]))
        } catch {
            throw EntryProblem("the facts are not JSON: \(error)")
        }
    }

    func reader() throws(EntryProblem) -> FactsOfIncident {
        do throws(JSONShapeError) {
            return FactsOfIncident(reader: try ObjectReader(json))
        } catch {
            throw EntryProblem("\(error)")
        }
    }
}

/// Asks for each fact by its name and form.
struct FactsOfIncident {
    fileprivate var reader: ObjectReader

    mutating func fact(_ name: String) throws(EntryProblem) -> String {
        guard let text = try optionalFact(name) else { throw EntryProblem("expected the fact \(name)") }
        return text
    }

    mutating func fact(_ name: String, in allowed: Set<String>) throws(EntryProblem) -> String {
        let text = try fact(name)
        guard allowed.contains(text) else {
            throw EntryProblem("\(name) must be one of \(allowed.sorted()), not \(text)")
        }
        return text
    }

    mutating func optionalFact(_ name: String) throws(EntryProblem) -> String? {
        do throws(JSONShapeError) {
            return try reader.optionalString(name)
        } catch {
            throw EntryProblem("\(error)")
        }
    }

    mutating func number(_ name: String) throws(EntryProblem) -> Int64 {
        do throws(JSONShapeError) {
            return try reader.integer(name)
        } catch {
            throw EntryProblem("\(error)")
        }
    }

    mutating func optionalNumber(_ name: String) throws(EntryProblem) -> Int64? {
        var copy = reader
        return copy.optionalValue(name) == nil ? nil : try number(name)
    }

    mutating func anything(_ name: String) throws(EntryProblem) -> JSON {
        guard let json = reader.optionalValue(name) else { throw EntryProblem("expected the fact \(name)") }
        return json
    }

    /// The number in `inc-42`.
    mutating func incident(_ name: String) throws(EntryProblem) -> Int64 {
        let text = try fact(name)
        guard text.hasPrefix("inc-"), let seq = Int64(text.dropFirst(4)), seq >= 0, text == "inc-\(seq)" else {
            throw EntryProblem("\(name) must be an incident, not \(text)")
        }
        return seq
    }

    /// Texts by their bytes.
    mutating func list(_ name: String) throws(EntryProblem) -> [[UInt8]] {
        guard let elements = try anything(name).arrayValue else { throw EntryProblem("\(name) must be a list") }
        var texts: [[UInt8]] = []
        for element in elements {
            guard let text = element.stringValue else { throw EntryProblem("\(name) must be a list of texts") }
            texts.append(Array(text.utf8))
        }
        return texts
    }

    mutating func optionalList(_ name: String) throws(EntryProblem) -> [[UInt8]]? {
        var copy = reader
        return copy.optionalValue(name) == nil ? nil : try list(name)
    }

    mutating func end() throws(EntryProblem) {
        do throws(JSONShapeError) {
            try reader.finish()
        } catch {
            throw EntryProblem("a fact that the page does not know: \(error)")
        }
    }
}

import CanonicalJSON

/// The rules about a value by itself: JSON Schema Validation section 6.
extension Evaluation {
    /// Asks one rule.
    mutating func holds(
        _ rule: Rule, for json: JSON, in current: Int, _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Bool {
        switch rule {
        case .never: return refuse(in: current)
        case .type(let types):
            if types.includes(json) { return true }
            return fail("type", in: current, "expected \(types.words), found \(TypeSet.words(for: json))")
        case .const(let value, let weight, let words):
            try spend(weight, on: current)
            return json == value || fail("const", in: current, "expected \(words), and nothing else")
        case .enumeration(let choices, let weight, let words):
            try spend(weight, on: current)
            return choices.contains(json) || fail("enum", in: current, "expected one of \(words)")
        case .multipleOf(let divisor, let words):
            try spend(8, on: current)
            guard let number = DecimalNumber(json), !number.isMultiple(of: divisor) else { return true }
            return fail("multipleOf", in: current, "expected a multiple of \(words)")
        case .bound(let bound, let limit, let words):
            guard let number = json.doubleValue, !bound.holds(number, limit) else { return true }
            return fail(bound.rawValue, in: current, "expected \(bound.words) \(words)")
        case .size(let bound, let limit): return try holds(bound, limit, for: json, in: current)
        case .pattern(let pattern, let source):
            guard let text = json.stringValue else { return true }
            if try matches(pattern, text, in: current) { return true }
            return fail("pattern", in: current, "does not match the pattern \(quoted(source))")
        case .format(let format):
            guard let text = json.stringValue else { return true }
            let isAccepted = try format.accepts(text) { (pattern) throws(SchemaError) in
                try matches(pattern, text, in: current)
            }
            return isAccepted || fail("format", in: current, "is not of the format \(quoted(format.name))")
        case .uniqueItems: return try hasUniqueItems(json, in: current)
        case .required(let names, let weight):
            try spend(weight, on: current)
            return hasRequired(names, json, in: current)
        case .dependentRequired(let dependent, let weight):
            try spend(weight, on: current)
            return hasDependent(dependent, json, in: current)
        case .members, .propertyNames, .elements, .contains, .unevaluatedItems, .unevaluatedProperties:
            return try holdsForChildren(rule, of: json, in: current, &evaluated)
        case .reference, .dynamicReference, .all, .any, .one, .not, .condition, .dependentSchemas:
            return try holdsInPlace(rule, for: json, in: current, &evaluated)
        }
    }

    private mutating func refuse(in current: Int) -> Bool {
        let error =
            switch schema.subschemas[current].appliedBy {
            case "additionalProperties", "unevaluatedProperties": "no member of this name is allowed"
            case "items", "unevaluatedItems": "no element is allowed here"
            default: "nothing is allowed here"
            }
        return fail("false", in: current, error)
    }

    private mutating func holds(
        _ bound: SizeBound, _ limit: Int, for json: JSON, in current: Int
    ) throws(SchemaError) -> Bool {
        if let text = json.stringValue { try spend(text.utf8.count / 8, on: current) }
        guard let size = bound.size(of: json), !bound.holds(size, limit) else { return true }
        return fail(bound.rawValue, in: current, "expected \(bound.words(limit)), found \(size)")
    }

    /// Equal elements have equal canonical forms, and those are found in a table: however many elements are nearly
    /// equal, the time is proportional to their length.
    private mutating func hasUniqueItems(_ json: JSON, in current: Int) throws(SchemaError) -> Bool {
        guard let elements = json.arrayValue, elements.count > 1 else { return true }
        var places: [ExactString: Int] = [:]
        for (index, element) in elements.enumerated() {
            let form = element.canonicalString
            try spend(4 + form.utf8.count / 8, on: current)
            if let other = places.updateValue(index, forKey: ExactString(form)) {
                return fail("uniqueItems", in: current, "the elements \(other) and \(index) are equal")
            }
        }
        return true
    }

    private mutating func hasRequired(_ names: [String], _ json: JSON, in current: Int) -> Bool {
        guard let object = json.objectValue else { return true }
        let missing = names.filter { object[$0] == nil }
        switch missing.count {
        case 0: return true
        case 1: return fail("required", in: current, "the required member \(quoted(missing[0])) is missing")
        default:
            let some = missing.prefix(8).map(quoted).joined(separator: ", ")
            let more = missing.count > 8 ? " and \(missing.count - 8) more" : ""
            return fail("required", in: current, "the required members \(some)\(more) are missing")
        }
    }

    private mutating func hasDependent(
        _ dependent: [(name: String, required: [String])], _ json: JSON, in current: Int
    ) -> Bool {
        guard let object = json.objectValue else { return true }
        for (name, required) in dependent where object[name] != nil {
            guard let missing = required.first(where: { object[$0] == nil }) else { continue }
            return fail(
                "dependentRequired", in: current,
                "the member \(quoted(missing)) is missing, which \(quoted(name)) requires")
        }
        return true
    }
}

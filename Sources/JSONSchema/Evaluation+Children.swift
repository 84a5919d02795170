import CanonicalJSON

/// The rules that apply schemas to members and elements: JSON Schema Core sections 10.3 and 11.
extension Evaluation {
    mutating func holdsForChildren(
        _ rule: Rule, of json: JSON, in current: Int, _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Bool {
        switch (rule, json) {
        case (.members(let members), .object(let object)):
            return try hold(members, for: object, in: current, &evaluated)
        case (.propertyNames(let number), .object(let object)):
            return try holdsForNames(number, of: object, in: current)
        case (.elements(let prefix, let rest), .array(let elements)):
            return try hold(prefix, rest, for: elements, in: current, &evaluated)
        case (.contains(let number, let minimum, let maximum), .array(let elements)):
            let count = try count(elements, matching: number, in: current, &evaluated)
            let place = location(of: number)
            if count < minimum {
                return fail(
                    minimum == 1 ? "contains" : "minContains", in: current,
                    "expected at least \(minimum) as described at \(place), found \(count)")
            }
            guard let maximum, count > maximum else { return true }
            return fail(
                "maxContains", in: current, "expected at most \(maximum) as described at \(place), found \(count)")
        case (.unevaluatedItems(let number), .array(let elements)):
            return try holdsForUnevaluated(
                number, elements.enumerated().map { (.element($0.offset), $0.element) }, in: current, &evaluated)
        case (.unevaluatedProperties(let number), .object(let object)):
            return try holdsForUnevaluated(
                number, object.map { (.member($0.key), $0.value) }, in: current, &evaluated)
        default: return true
        }
    }

    private mutating func hold(
        _ rule: MemberRule, for object: JSONObject, in current: Int, _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Bool {
        var isValid = true
        for (index, (name, value)) in object.enumerated() {
            try spend(1 + name.utf8.count / 32, on: current)
            var isEvaluated = false
            if let number = rule.named[ExactString(name)] {
                isEvaluated = true
                isValid = try apply(number, to: value, at: .member(name)) && isValid
            }
            for (pattern, number) in rule.matching where try matches(pattern, name, in: current) {
                isEvaluated = true
                isValid = try apply(number, to: value, at: .member(name)) && isValid
            }
            if !isEvaluated, let number = rule.additional {
                isEvaluated = true
                isValid = try apply(number, to: value, at: .member(name)) && isValid
            }
            if isEvaluated { evaluated?.mark(index) }
            if !isValid, !isCollecting { return false }
        }
        return isValid
    }

    private mutating func holdsForNames(
        _ number: Int, of object: JSONObject, in current: Int
    ) throws(SchemaError) -> Bool {
        var isValid = true
        for (name, _) in object {
            let isRight = try silently { (evaluation) throws(SchemaError) in
                try evaluation.apply(number, to: .string(name), at: .member(name))
            }
            if isRight { continue }
            let place = location(of: number)
            isValid = fail(
                "propertyNames", in: current, at: .member(name), "the name is not as described at \(place)")
            if !isCollecting { return false }
        }
        return isValid
    }

    private mutating func hold(
        _ prefix: [Int], _ rest: Int?, for elements: [JSON], in current: Int, _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Bool {
        var isValid = true
        for (index, element) in elements.enumerated() {
            guard let number = index < prefix.count ? prefix[index] : rest else { break }
            try spend(1, on: current)
            isValid = try apply(number, to: element, at: .element(index)) && isValid
            evaluated?.mark(index)
            if !isValid, !isCollecting { return false }
        }
        return isValid
    }

    private mutating func count(
        _ elements: [JSON], matching number: Int, in current: Int, _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Int {
        var count = 0
        for (index, element) in elements.enumerated() {
            let isMatch = try silently { (evaluation) throws(SchemaError) in
                try evaluation.apply(number, to: element, at: .element(index))
            }
            if !isMatch { continue }
            count += 1
            evaluated?.mark(index)
        }
        return count
    }

    private mutating func holdsForUnevaluated(
        _ number: Int, _ children: [(step: PathStep, value: JSON)], in current: Int,
        _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Bool {
        var isValid = true
        for (index, child) in children.enumerated() where evaluated?.marks[index] != true {
            try spend(1, on: current)
            isValid = try apply(number, to: child.value, at: child.step) && isValid
            evaluated?.mark(index)
            if !isValid, !isCollecting { return false }
        }
        return isValid
    }
}

import CanonicalJSON

/// The rules that apply schemas to the same value: JSON Schema Core sections 8.2.3 and 10.2.
extension Evaluation {
    mutating func holdsInPlace(
        _ rule: Rule, for json: JSON, in current: Int, _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Bool {
        switch rule {
        case .reference(let number): return try apply(number, to: json, &evaluated)
        case .dynamicReference(let number, let anchor):
            try spend(scope.count, on: current)
            return try apply(outermost(anchor) ?? number, to: json, &evaluated)
        case .all(let numbers):
            var isValid = true
            for number in numbers where isValid || isCollecting {
                isValid = try apply(number, to: json, &evaluated) && isValid
            }
            return isValid
        case .any(let numbers): return try holdsForAny(numbers, json, in: current, &evaluated)
        case .one(let numbers): return try holdsForOne(numbers, json, in: current, &evaluated)
        case .not(let number):
            if try !verdict(of: number, on: json) { return true }
            let place = location(of: number)
            return fail("not", in: current, "must not be as described at \(place)")
        case .condition(let number, let then, let otherwise):
            let isMatch = try silently { (evaluation) throws(SchemaError) in
                try evaluation.apply(number, to: json, &evaluated)
            }
            guard let next = isMatch ? then : otherwise else { return true }
            return try apply(next, to: json, &evaluated)
        case .dependentSchemas(let dependent, let weight):
            guard let object = json.objectValue else { return true }
            try spend(weight, on: current)
            var isValid = true
            for (name, number) in dependent where object[name] != nil && (isValid || isCollecting) {
                isValid = try apply(number, to: json, &evaluated) && isValid
            }
            return isValid
        default: return true
        }
    }

    /// The schema with that dynamic anchor in the outermost resource that has one: section 8.2.3.2.
    private func outermost(_ anchor: ExactString) -> Int? {
        for resource in scope {
            if let number = schema.dynamicAnchors[resource][anchor] { return number }
        }
        return nil
    }

    private mutating func verdict(of number: Int, on json: JSON) throws(SchemaError) -> Bool {
        var evaluated: Evaluated?
        return try silently { (evaluation) throws(SchemaError) in
            try evaluation.apply(number, to: json, &evaluated)
        }
    }

    private mutating func holdsForAny(
        _ numbers: [Int], _ json: JSON, in current: Int, _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Bool {
        var isMatch = false
        var attempts: [Attempt] = []
        // With marks to collect, every schema that holds counts.
        for number in numbers where !isMatch || evaluated != nil {
            let attempt = try tentatively { (evaluation) throws(SchemaError) in
                try evaluation.apply(number, to: json, &evaluated)
            }
            isMatch = isMatch || attempt.isValid
            attempts.append(attempt)
        }
        return isMatch || failForAll(attempts, "anyOf", in: current)
    }

    private mutating func holdsForOne(
        _ numbers: [Int], _ json: JSON, in current: Int, _ evaluated: inout Evaluated?
    ) throws(SchemaError) -> Bool {
        var match: Int?
        var attempts: [Attempt] = []
        for number in numbers {
            let attempt = try tentatively { (evaluation) throws(SchemaError) in
                try evaluation.apply(number, to: json, &evaluated)
            }
            attempts.append(attempt)
            guard attempt.isValid else { continue }
            if let match {
                let (first, second) = (location(of: match), location(of: number))
                return fail(
                    "oneOf", in: current, "is as described at \(first) and at \(second), and may be only one")
            }
            match = number
        }
        return match != nil || failForAll(attempts, "oneOf", in: current)
    }

    /// Reports that no alternative fits. If one of them fits better than all others, in that all its complaints are
    /// about something deeper inside, these are reported too: that one was probably meant.
    private mutating func failForAll(_ attempts: [Attempt], _ keyword: String, in current: Int) -> Bool {
        let deepest = attempts.map(\.shallowest).max() ?? 0
        let best = attempts.filter { $0.shallowest == deepest }
        let isClear = best.count == 1 && attempts.count > 1 && isCollecting
        _ = fail(
            keyword, in: current, countsAsShallow: !isClear,
            "is not as described by any of the \(attempts.count) alternatives")
        if isClear { adopt(best[0]) }
        return false
    }
}

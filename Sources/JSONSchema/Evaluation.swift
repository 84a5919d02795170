import CanonicalJSON

/// One instance on its way through a schema: JSON Schema Core section 7.
///
/// There are two ways to go: while violations are collected every rule is asked, so that all of them are found; inside
/// `not`, `if` and the like only the verdict counts, and the first rule that fails ends the search.
struct Evaluation {
    let schema: JSONSchema
    private var findings: [Finding] = []
    /// How deep in the instance the outermost finding stands.
    private var shallowest = Int.max
    private(set) var isCollecting = true
    /// The way from the root of the instance to the value in hand.
    private var path: [PathStep] = []
    /// The resources entered on the way to the schema in hand: the dynamic scope (section 7.1).
    private(set) var scope: [Int] = []
    private var depth = 0
    private var remainingSteps: Int
    private var machine = PatternMachine()

    enum PathStep {
        case member(String)
        case element(Int)
    }

    init(_ schema: JSONSchema) {
        self.schema = schema
        remainingSteps = schema.limits.maximumSteps
    }

    /// What is wrong with the whole instance.
    mutating func validate(_ instance: JSON) throws(SchemaError) -> [SchemaViolation] {
        var evaluated: Evaluated?
        _ = try apply(0, to: instance, &evaluated)
        var violations: [SchemaViolation] = []
        var bytes = 0
        for finding in findings where bytes <= JSONSchema.maximumViolationBytes {
            violations.append(violation(finding))
            bytes += violations[violations.count - 1].instanceLocation.description.utf8.count
        }
        return violations
    }

    /// Applies a schema to a value. Whoever needs to know which children were evaluated passes the marks to add to;
    /// a schema that fails adds none (section 7.7.1.2).
    mutating func apply(_ number: Int, to json: JSON, _ evaluated: inout Evaluated?) throws(SchemaError) -> Bool {
        depth += 1
        defer { depth -= 1 }
        guard depth <= schema.limits.maximumDepth else {
            throw SchemaError(reason: .tooDeep(limit: schema.limits.maximumDepth), location: location(of: number))
        }
        try spend(1, on: number)
        let resource = schema.subschemas[number].resource
        let isNewResource = scope.last != resource
        if isNewResource { scope.append(resource) }
        defer { if isNewResource { scope.removeLast() } }
        var own: Evaluated?
        if evaluated != nil || schema.subschemas[number].needsEvaluated {
            own = Evaluated(for: json)
            try spend((own?.count ?? 0) / 8, on: number)
        }
        var isValid = true
        for rule in schema.subschemas[number].rules where isValid || isCollecting && !rule.asksForUnevaluated {
            try spend(1, on: number)
            if try !holds(rule, for: json, in: number, &own) { isValid = false }
        }
        if isValid, let own { evaluated?.formUnion(own) }
        return isValid
    }

    /// Applies a schema to a child, whose own children are nobody's business here.
    mutating func apply(_ number: Int, to child: JSON, at step: PathStep) throws(SchemaError) -> Bool {
        path.append(step)
        defer { path.removeLast() }
        var evaluated: Evaluated?
        return try apply(number, to: child, &evaluated)
    }

    /// Runs a part whose violations are of no interest.
    mutating func silently(
        _ part: (inout Evaluation) throws(SchemaError) -> Bool
    ) throws(SchemaError) -> Bool {
        let wasCollecting = isCollecting
        isCollecting = false
        defer { isCollecting = wasCollecting }
        return try part(&self)
    }

    /// Runs a part whose violations may or may not be of interest: they are returned instead of collected.
    mutating func tentatively(
        _ part: (inout Evaluation) throws(SchemaError) -> Bool
    ) throws(SchemaError) -> Attempt {
        let (outer, outerShallowest, wasCollecting) = (findings, shallowest, isCollecting)
        (findings, shallowest) = ([], .max)
        let isValid = try part(&self)
        let attempt = Attempt(isValid: isValid, findings: findings, shallowest: shallowest)
        (findings, shallowest, isCollecting) = (outer, outerShallowest, wasCollecting)
        return attempt
    }

    /// Takes over what an attempt found.
    mutating func adopt(_ attempt: Attempt) {
        guard isCollecting else { return }
        findings += attempt.findings.prefix(JSONSchema.maximumViolations - findings.count)
        shallowest = min(shallowest, attempt.shallowest)
        stopWhenFull()
    }

    /// Notes a violation, if anyone wants it; the answer is always false.
    mutating func fail(
        _ keyword: String, in current: Int, at step: PathStep? = nil, countsAsShallow: Bool = true,
        _ error: @autoclosure () -> String
    ) -> Bool {
        guard isCollecting else { return false }
        let finding = Finding(
            path: step.map { path + [$0] } ?? path, keyword: keyword, schema: current, error: error())
        findings.append(finding)
        // Whoever spends next finds out when this was too much.
        remainingSteps -= (finding.error.utf8.count + finding.path.count) / 8
        if countsAsShallow { shallowest = min(shallowest, path.count) }
        stopWhenFull()
        return false
    }

    private func violation(_ finding: Finding) -> SchemaViolation {
        let place = location(of: finding.schema)
        return SchemaViolation(
            instanceLocation: finding.path.reduce(JSONPointer()) { $0.appending($1) }, keyword: finding.keyword,
            absoluteKeywordLocation: finding.keyword == "false" ? place : place.appending(finding.keyword),
            error: finding.error)
    }

    mutating func spend(_ steps: Int, on current: Int) throws(SchemaError) {
        remainingSteps -= steps
        guard remainingSteps >= 0 else { throw exhausted(current) }
    }

    mutating func matches(_ pattern: Pattern, _ text: String, in current: Int) throws(SchemaError) -> Bool {
        guard let isMatch = pattern.matches(text, using: &machine, steps: &remainingSteps) else {
            throw exhausted(current)
        }
        return isMatch
    }

    /// Where a schema stands.
    func location(of number: Int) -> SchemaLocation { schema.subschemas[number].location }

    private func exhausted(_ current: Int) -> SchemaError {
        SchemaError(reason: .tooManySteps(limit: schema.limits.maximumSteps), location: location(of: current))
    }

    private mutating func stopWhenFull() {
        if findings.count >= JSONSchema.maximumViolations { isCollecting = false }
    }
}

/// What came of trying one of several schemas.
struct Attempt {
    let isValid: Bool
    let findings: [Finding]
    let shallowest: Int
}

/// A violation, before anyone has written down its place: most are found in attempts and then forgotten.
struct Finding {
    let path: [Evaluation.PathStep]
    let keyword: String
    let schema: Int
    let error: String
}

extension JSONPointer {
    fileprivate func appending(_ step: Evaluation.PathStep) -> JSONPointer {
        switch step {
        case .member(let name): appending(name)
        case .element(let index): appending(index)
        }
    }
}

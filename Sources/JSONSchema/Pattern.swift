/// A pattern ready to be matched: the dialect of `pattern` and `patternProperties`, JSON Schema Core section 6.4.
struct Pattern: Sendable {
    private let sets: [ScalarSet]
    private let lookarounds: [PatternProgram]
    private let main: PatternProgram

    init(_ source: String) throws(PatternError) {
        let syntax: PatternSyntax
        (syntax, sets) = try PatternParser.parse(source)
        (lookarounds, main) = try PatternCompiler.compile(syntax)
    }

    /// How much memory this takes, for limits.
    var instructionCount: Int { lookarounds.reduce(main.instructions.count) { $0 + $1.instructions.count } }

    /// Whether some part of the text matches. Each state of the machine that is looked at costs one step; when `steps`
    /// runs out the answer is nil.
    func matches(_ text: String, using machine: inout PatternMachine, steps: inout Int) -> Bool? {
        machine.load(text)
        for lookaround in lookarounds {
            var table = [Bool](repeating: false, count: machine.text.count + 1)
            let isDone = machine.run(lookaround, sets, steps: &steps) { place in
                table[place] = true
                return true
            }
            guard isDone else { return nil }
            machine.tables.append(table)
        }
        var isMatch = false
        let isDone = machine.run(main, sets, steps: &steps) { _ in
            isMatch = true
            return false
        }
        return isDone ? isMatch : nil
    }
}

/// The working memory of a match, kept from one match to the next.
struct PatternMachine {
    fileprivate(set) var text: [UInt32] = []
    /// Where each lookaround of the pattern holds.
    fileprivate var tables: [[Bool]] = []
    /// States at this place that read a character, and states to look at.
    private var readers: [Int] = []
    private var pending: [Int] = []
    /// The round in which each state was last looked at.
    private var seen: [Int] = []
    private var round = 0

    fileprivate mutating func load(_ newText: String) {
        text.removeAll(keepingCapacity: true)
        for scalar in newText.unicodeScalars { text.append(scalar.value) }
        tables.removeAll(keepingCapacity: true)
    }

    /// Calls `found` with each place where a match that began anywhere ends, until it returns false. The answer is
    /// false when the steps did not suffice.
    fileprivate mutating func run(
        _ program: PatternProgram, _ sets: [ScalarSet], steps: inout Int, found: (Int) -> Bool
    ) -> Bool {
        if seen.count < program.instructions.count {
            seen += repeatElement(0, count: program.instructions.count - seen.count)
        }
        pending.removeAll(keepingCapacity: true)
        for distance in 0...text.count {
            let place = program.isBackward ? text.count - distance : distance
            pending.append(0)
            let isMatch = follow(program, at: place, steps: &steps)
            if steps < 0 { return false }
            if isMatch, !found(place) { return true }
            guard distance < text.count else { break }
            let value = text[program.isBackward ? place - 1 : place]
            for reader in readers where reads(program.instructions[reader], sets, value) { pending.append(reader + 1) }
        }
        return true
    }

    /// Looks at every state that can be reached without reading; says whether the end of the pattern is one.
    private mutating func follow(_ program: PatternProgram, at place: Int, steps: inout Int) -> Bool {
        round += 1
        readers.removeAll(keepingCapacity: true)
        var isMatch = false
        while let state = pending.popLast() {
            if seen[state] == round { continue }
            seen[state] = round
            steps -= 1
            switch program.instructions[state] {
            case .scalar, .set: readers.append(state)
            case .split(let other):
                pending.append(other)
                pending.append(state + 1)
            case .jump(let target): pending.append(target)
            case .assertion(let assertion): if holds(assertion, at: place) { pending.append(state + 1) }
            case .lookaround(let table, let isNegated):
                if tables[table][place] != isNegated { pending.append(state + 1) }
            case .accept: isMatch = true
            }
        }
        return isMatch
    }

    private func reads(_ instruction: PatternProgram.Instruction, _ sets: [ScalarSet], _ value: UInt32) -> Bool {
        switch instruction {
        case .scalar(let wanted): wanted == value
        case .set(let index): sets[index].contains(value)
        default: false
        }
    }

    private func holds(_ assertion: PatternAssertion, at place: Int) -> Bool {
        switch assertion {
        case .start: place == 0
        case .end: place == text.count
        case .wordBoundary: isWord(place - 1) != isWord(place)
        case .notWordBoundary: isWord(place - 1) == isWord(place)
        }
    }

    private func isWord(_ index: Int) -> Bool {
        text.indices.contains(index) && ScalarSet.isWordCharacter(text[index])
    }
}

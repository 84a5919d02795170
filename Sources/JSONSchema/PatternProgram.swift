/// A pattern as instructions for a machine that is in many states at once, so that reading a string takes time
/// proportional to its length times the number of instructions, whatever the pattern.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        case scalar(UInt32)
        /// A set, by its place in the table of the pattern.
        case set(Int)
        /// Go on both here and there.
        case split(Int)
        case jump(Int)
        case assertion(PatternAssertion)
        /// Whether the table of that lookaround says yes for this place.
        case lookaround(Int, isNegated: Bool)
        case accept
    }

    fileprivate(set) var instructions: [Instruction] = []

    /// Whether the string is read from its end: each sequence of the pattern then stands in reverse.
    let isBackward: Bool

    fileprivate init(isBackward: Bool) { self.isBackward = isBackward }
}

/// Writes programs.
///
/// A lookaround is a program of its own, run once over the whole string before the one that asks: `(?=x)` holds
/// where x, read backwards from some later place, can end; `(?<=x)` where x, read forwards, can end. Both stay linear.
struct PatternCompiler {
    /// How many instructions one pattern may have. Bounded repetitions are written out, so `(a{1000}){1000}` is too
    /// large.
    static let maximumInstructions = 20_000

    /// How many lookarounds: each needs a table as long as the string.
    static let maximumLookarounds = 16

    private(set) var lookarounds: [PatternProgram] = []
    private var program: PatternProgram
    private var remaining = Self.maximumInstructions

    private init(isBackward: Bool) { program = PatternProgram(isBackward: isBackward) }

    /// The lookarounds, each before those that ask for it, and the pattern itself.
    static func compile(
        _ syntax: PatternSyntax
    ) throws(PatternError) -> (lookarounds: [PatternProgram], main: PatternProgram) {
        var compiler = PatternCompiler(isBackward: false)
        let main = try compiler.finish(syntax)
        return (compiler.lookarounds, main)
    }

    private mutating func finish(_ syntax: PatternSyntax) throws(PatternError) -> PatternProgram {
        try emit(syntax)
        program.instructions.append(.accept)
        return program
    }

    private mutating func emit(_ syntax: PatternSyntax) throws(PatternError) {
        switch syntax {
        case .scalar(let value): try append(.scalar(value))
        case .set(let set): try append(.set(set))
        case .assertion(let assertion): try append(.assertion(assertion))
        case .sequence(let parts):
            for part in program.isBackward ? parts.reversed() : parts { try emit(part) }
        case .alternatives(let choices): try emit(alternatives: choices)
        case .repetition(let body, let minimum, let maximum): try emit(body, minimum: minimum, maximum: maximum)
        case .lookaround(let body, let isAhead, let isNegated):
            try append(.lookaround(try table(for: body, isAhead: isAhead), isNegated: isNegated))
        case .backreference:
            throw PatternError(
                problem: "backreferences are not evaluated here, because they can take exponential time", offset: nil)
        }
    }

    private mutating func emit(alternatives: [PatternSyntax]) throws(PatternError) {
        var jumps: [Int] = []
        for alternative in alternatives.dropLast() {
            let split = try reserve()
            try emit(alternative)
            jumps.append(try reserve())
            program.instructions[split] = .split(program.instructions.count)
        }
        if let last = alternatives.last { try emit(last) }
        for jump in jumps { program.instructions[jump] = .jump(program.instructions.count) }
    }

    private mutating func emit(_ body: PatternSyntax, minimum: Int, maximum: Int?) throws(PatternError) {
        for _ in 0..<minimum { try emit(body) }
        guard let maximum else {
            let split = try reserve()
            try emit(body)
            try append(.jump(split))
            program.instructions[split] = .split(program.instructions.count)
            return
        }
        var exits: [Int] = []
        for _ in minimum..<maximum {
            exits.append(try reserve())
            try emit(body)
        }
        for exit in exits { program.instructions[exit] = .split(program.instructions.count) }
    }

    private mutating func table(for body: PatternSyntax, isAhead: Bool) throws(PatternError) -> Int {
        let outer = program
        program = PatternProgram(isBackward: isAhead)
        lookarounds.append(try finish(body))
        program = outer
        guard lookarounds.count <= Self.maximumLookarounds else {
            throw PatternError(problem: "more than \(Self.maximumLookarounds) lookarounds", offset: nil)
        }
        return lookarounds.count - 1
    }

    /// A place for an instruction whose target is not known yet.
    private mutating func reserve() throws(PatternError) -> Int {
        try append(.accept)
        return program.instructions.count - 1
    }

    private mutating func append(_ instruction: PatternProgram.Instruction) throws(PatternError) {
        remaining -= 1
        guard remaining >= 0 else {
            throw PatternError(
                problem: "the pattern is more than \(Self.maximumInstructions) characters long with its repetitions "
                    + "written out; use minLength and maxLength for lengths", offset: nil)
        }
        program.instructions.append(instruction)
    }
}

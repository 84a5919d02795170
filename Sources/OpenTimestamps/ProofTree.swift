/// What leads from one message to attestations: one branch or more, in the order of the file.
struct ProofTree: Hashable, Sendable {
    /// A way on.
    indirect enum Branch: Hashable, Sendable {
        case attestation(Attestation)
        case operation(Operation, ProofTree)

        /// Whether both are the same attestation, or begin with the same operation.
        func beginsLike(_ other: Branch) -> Bool {
            switch (self, other) {
            case (.attestation(let own), .attestation(let other)): own == other
            case (.operation(let own, _), .operation(let other, _)): own == other
            default: false
            }
        }
    }

    /// 256 operations one after another, as others allow: a path through a calendar and a block has some 60.
    static let maximumDepth = 256
    /// 2,048 branches in one tree: with the longest messages that is 8 MiB of hashing, and ten calendars need 600.
    static let maximumBranches = 2_048

    private(set) var branches: [Branch]

    /// Reads a tree over `message`, and computes every message on the way, so that none is too long.
    init(_ reader: inout ByteReader, message: [UInt8]) throws(OpenTimestampsError) {
        var budget = Self.maximumBranches
        try self.init(&reader, message, depth: 0, &budget)
    }

    private init(
        _ reader: inout ByteReader, _ message: [UInt8], depth: Int, _ budget: inout Int
    ) throws(OpenTimestampsError) {
        guard depth < Self.maximumDepth else { throw reader.failure("more than \(Self.maximumDepth) steps in a row") }
        branches = []
        var isLast = false
        while !isLast {
            guard budget > 0 else { throw reader.failure("more than \(Self.maximumBranches) steps") }
            budget -= 1
            var tag = try reader.byte()
            isLast = tag != Self.fork
            if !isLast { tag = try reader.byte() }
            let branch = try Self.branch(tag, &reader, message, depth: depth, &budget)
            // Others keep the second of two, we would keep both: nobody writes that.
            guard !branches.contains(where: { $0.beginsLike(branch) }) else { throw reader.failure("one step twice") }
            branches.append(branch)
        }
    }

    private static let fork: UInt8 = 0xFF
    private static let attestation: UInt8 = 0x00

    private static func branch(
        _ tag: UInt8, _ reader: inout ByteReader, _ message: [UInt8], depth: Int, _ budget: inout Int
    ) throws(OpenTimestampsError) -> Branch {
        if tag == attestation { return .attestation(try Attestation(&reader)) }
        let operation = try operation(tag, &reader)
        guard let next = operation.apply(to: message) else { throw reader.failure("a message that is too long") }
        return .operation(operation, try ProofTree(&reader, next, depth: depth + 1, &budget))
    }

    private static func operation(_ tag: UInt8, _ reader: inout ByteReader) throws(OpenTimestampsError) -> Operation {
        switch tag {
        case Operation.Tag.append: return .append(try reader.counted(1...Operation.maximumByteCount))
        case Operation.Tag.prepend: return .prepend(try reader.counted(1...Operation.maximumByteCount))
        case Operation.Tag.reverse: return .reverse
        case Operation.Tag.hexlify: return .hexlify
        case Operation.Tag.sha256: return .sha256
        default:
            if let name = Operation.Tag.unsupported[tag] { throw .unsupported(name) }
            throw reader.failure("an operation that nobody knows")
        }
    }

    /// The bytes that it was read from.
    func write(to output: inout [UInt8]) {
        for (index, branch) in branches.enumerated() {
            if index < branches.count - 1 { output.append(Self.fork) }
            switch branch {
            case .attestation(let attestation):
                output.append(Self.attestation)
                attestation.write(to: &output)
            case .operation(let operation, let tree):
                operation.write(to: &output)
                tree.write(to: &output)
            }
        }
    }

    /// Calls `visit` with each attestation and the message that it is about, in the order of the file.
    func visit(_ message: [UInt8], _ visit: (Attestation, [UInt8]) -> Void) {
        for branch in branches {
            switch branch {
            case .attestation(let attestation): visit(attestation, message)
            case .operation(let operation, let tree):
                if let next = operation.apply(to: message) { tree.visit(next, visit) }
            }
        }
    }

    /// Adds what `other` has about the same message and this has not. What is here keeps its place.
    mutating func merge(_ other: ProofTree) {
        for branch in other.branches {
            guard let place = branches.firstIndex(where: { $0.beginsLike(branch) }) else {
                branches.append(branch)
                continue
            }
            guard case .operation(let operation, let tree) = branch, case .operation(_, var own) = branches[place]
            else { continue }
            own.merge(tree)
            branches[place] = .operation(operation, own)
        }
    }

    /// Merges `answer` wherever the message is `commitment` and an attestation is pending.
    ///
    /// - Returns: whether there is such a place.
    mutating func merge(_ answer: ProofTree, about commitment: [UInt8], message: [UInt8]) -> Bool {
        var isFound = false
        for index in branches.indices {
            guard case .operation(let operation, var tree) = branches[index],
                let next = operation.apply(to: message), tree.merge(answer, about: commitment, message: next)
            else { continue }
            branches[index] = .operation(operation, tree)
            isFound = true
        }
        let isPending = branches.contains { if case .attestation(.pending) = $0 { true } else { false } }
        guard message == commitment, isPending else { return isFound }
        merge(answer)
        return true
    }
}

/// What waits for the one writer, so that nobody waits because others sent much: one line for each party, and turns
/// (`Fairness` in this room's catalogue).
struct FairQueue<Element> {
    /// Why nothing more is taken.
    enum Overflow: Hashable, Sendable {
        /// The party has as many waiting as one may have.
        case share
        /// All together have.
        case capacity
    }

    /// Of one party: half a second of what a machine writes, so that one institution never has all of the queue.
    static var maximumOfParty: Int { 4_096 }
    /// Urgent matters are few.
    static var maximumUrgent: Int { 512 }
    /// Of each batch, when there is so much: for what does harm while it waits.
    static var urgentShare: Int { 32 }
    /// Of each batch, when there is so much: a quarter for payments that are due, whatever else is asked.
    static var choresShare: Int { 64 }

    /// Of all institutions and their people together.
    let capacity: Int
    private var urgent = WaitingLine<Element>()
    private var chores = WaitingLine<Element>()
    private var lines: [Party: WaitingLine<Element>] = [:]
    /// The parties of `lines`, in the order of their turns. A party is in it exactly when something of it waits.
    private var turns = WaitingLine<Party>()
    /// How many wait in `lines`.
    private var inLines = 0

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { inLines + urgent.count + chores.count }

    var isEmpty: Bool { count == 0 }

    /// How many institutions, and peoples of institutions, have something waiting.
    var partyCount: Int { lines.count }

    /// How many commands of a kind of party wait.
    var depths: (institutions: Int, chores: Int, urgent: Int) { (inLines, chores.count, urgent.count) }

    /// Why a further one of that party would not be taken; nil when it would.
    func overflow(of party: Party) -> Overflow? {
        switch party {
        case .urgent: return urgent.count < Self.maximumUrgent ? nil : .capacity
        case .chores: return chores.count < Self.maximumOfParty ? nil : .capacity
        case .institution, .people:
            guard inLines < capacity else { return .capacity }
            return lines[party]?.count ?? 0 < Self.maximumOfParty ? nil : .share
        }
    }

    /// How many would be taken before a further one of that party.
    func ahead(of party: Party) -> Int {
        let own = lines[party]?.count ?? 0
        return min(count, (own + 1) * max(turns.count, 1) + urgent.count + min(chores.count, own + Self.choresShare))
    }

    /// - Returns: why it was not taken; nil when it was.
    mutating func append(_ element: Element, of party: Party) -> Overflow? {
        if let overflow = overflow(of: party) { return overflow }
        switch party {
        case .urgent: urgent.append(element)
        case .chores: chores.append(element)
        case .institution, .people:
            if lines[party] == nil { turns.append(party) }
            lines[party, default: WaitingLine()].append(element)
            inLines += 1
        }
        return nil
    }

    /// Takes the next batch.
    mutating func take(atMost most: Int) -> [Element] {
        var batch: [Element] = []
        batch.reserveCapacity(min(count, most))
        urgent.move(min(Self.urgentShare, most), to: &batch)
        chores.move(min(Self.choresShare, most - batch.count), to: &batch)
        while batch.count < most, let party = turns.popFirst() {
            guard let element = lines[party]?.popFirst() else { preconditionFailure("a turn of nobody") }
            batch.append(element)
            inLines -= 1
            if lines[party]?.isEmpty ?? true { lines[party] = nil } else { turns.append(party) }
        }
        chores.move(most - batch.count, to: &batch)
        urgent.move(most - batch.count, to: &batch)
        return batch
    }
}

/// First come, first served; both ends in constant time, over a while.
struct WaitingLine<Element> {
    /// Nil where it was taken already.
    private var elements: [Element?] = []
    private var head = 0
    /// Below this moving the rest to the front costs nothing worth saving.
    private static var roomBeforeMoving: Int { 256 }

    var count: Int { elements.count - head }

    var isEmpty: Bool { count == 0 }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head].take()
        head += 1
        if head == elements.count {
            // What a rush took is given back.
            elements.removeAll(keepingCapacity: elements.capacity <= Self.roomBeforeMoving)
            head = 0
        } else if head >= Self.roomBeforeMoving, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    mutating func move(_ most: Int, to batch: inout [Element]) {
        for _ in 0..<max(0, min(most, count)) {
            if let element = popFirst() { batch.append(element) }
        }
    }
}

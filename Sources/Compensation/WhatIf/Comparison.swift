import ServiceLevels

/// Two columns, request by request.
package struct Comparison: Sendable {
    /// The index of the column that is compared with.
    package let before: Int
    /// The index of the column that is looked at.
    package let after: Int
    /// How many requests are given more in some unit and less in none.
    package private(set) var gainers = 0
    /// How many are given less in some unit and more in none.
    package private(set) var losers = 0
    /// How many are given more in one unit and less in another.
    package private(set) var mixed = 0
    /// Those that lose most in a unit, the greatest loss first.
    package private(set) var worst: [UnitOfAccount: [Loss]] = [:]

    /// The most that are named.
    package static let mostNamed = 10

    /// What one request loses.
    package struct Loss: Hashable, Sendable {
        /// Its id.
        package let request: String
        /// What it is given in the column that is compared with.
        package let before: Int64
        /// What it is given in the column that is looked at.
        package let after: Int64

        var size: Int64 { before - after }
    }

    init(before: Int, after: Int) {
        self.before = before
        self.after = after
    }

    mutating func add(_ sums: [[UnitOfAccount: Int64]], of request: String) {
        let (old, new) = (sums[before], sums[after])
        var (gains, loses) = (false, false)
        for unit in Set(old.keys).union(new.keys) {
            let (earlier, later) = (old[unit] ?? 0, new[unit] ?? 0)
            if later > earlier { gains = true }
            guard later < earlier else { continue }
            loses = true
            note(Loss(request: request, before: earlier, after: later), in: unit)
        }
        switch (gains, loses) {
        case (true, true): mixed += 1
        case (true, false): gainers += 1
        case (false, true): losers += 1
        case (false, false): break
        }
    }

    private mutating func note(_ loss: Loss, in unit: UnitOfAccount) {
        var list = worst[unit] ?? []
        if list.count == Self.mostNamed, let last = list.last, loss.size <= last.size { return }
        let place = list.firstIndex { ($0.size, loss.request) < (loss.size, $0.request) } ?? list.endIndex
        list.insert(loss, at: place)
        worst[unit] = Array(list.prefix(Self.mostNamed))
    }
}

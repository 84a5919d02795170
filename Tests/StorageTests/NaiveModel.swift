import Issuance

/// What a store should answer, worked out the slow and obvious way: one list of sessions, searched from end to end.
struct NaiveModel {
    typealias Session = Sample.Session

    private(set) var rows: [Session] = []

    mutating func apply(_ operation: Operation) -> Outcome {
        switch operation {
        case .insert(let row):
            guard !rows.contains(where: { $0.id == row.id || collides($0, row) }) else { return .conflict }
            rows.append(row)
            return .done
        case .update(let row):
            guard let position = rows.firstIndex(where: { $0.id == row.id }) else { return .missing }
            guard !rows.contains(where: { $0.id != row.id && collides($0, row) }) else { return .conflict }
            rows[position] = row
            return .done
        case .delete(let id):
            guard let position = rows.firstIndex(where: { $0.id == id }) else { return .missing }
            rows.remove(at: position)
            return .done
        case .record(let id): return Outcome(rows.filter { $0.id == id })
        case .records(let scan): return Outcome(select(scan))
        }
    }

    private func collides(_ a: Session, _ b: Session) -> Bool {
        let isSameRemark = ColumnValue.optional(a.remark) == .optional(b.remark)
        return (a.token != nil && a.token == b.token) || (a.remark != nil && isSameRemark && a.state == b.state)
    }

    private func select(_ scan: Scan<Session>) -> [Session] {
        let table = Session.table
        let path = table.path(scan.index).map { column in table.columns.firstIndex(of: column)! }
        func place(_ row: Session) -> [ColumnValue] { path.map { row.values[$0] } }
        let found = rows.filter { row in
            let place = place(row)
            let rest = Array(place.dropFirst(scan.equals.count))
            return !(scan.index != nil && place[0] == .null)
                && Array(place.prefix(scan.equals.count)) == scan.equals
                && isDecided(rest, scan.above) { $0 > $1 } && isDecided(rest, scan.below) { $0 < $1 }
        }
        let ordered = found.sorted { place($0).lexicographicallyPrecedes(place($1)) }
        return Array((scan.isDescending ? ordered.reversed() : ordered).prefix(scan.limit))
    }

    private func isDecided(
        _ place: [ColumnValue], _ bound: [ColumnValue], by isWithin: (ColumnValue, ColumnValue) -> Bool
    ) -> Bool {
        guard !bound.isEmpty else { return true }
        guard let (value, limit) = zip(place, bound).first(where: { $0 != $1 }) else { return false }
        return value != .null && isWithin(value, limit)
    }

    enum Operation {
        case insert(Session)
        case update(Session)
        case delete(String)
        case record(String)
        case records(Scan<Session>)

        /// Does to a store what `NaiveModel.apply` does to the model.
        func outcome(_ writer: any StoreWriter) throws(StoreError) -> Outcome {
            do {
                switch self {
                case .insert(let row): try writer.insert(row)
                case .update(let row): try writer.update(row)
                case .delete(let id): try writer.delete(Session.self, key: [.text(id)])
                case .record(let id): return Outcome(try writer.record(Session.self, .text(id)).map { [$0] } ?? [])
                case .records(let scan): return Outcome(try writer.records(scan))
                }
                return .done
            } catch {
                switch error {
                case .conflict("order"): return .conflict
                case .missing("order"): return .missing
                default: throw error
                }
            }
        }
    }

    enum Outcome: Equatable {
        case done
        case conflict
        case missing
        /// Compared byte for byte, which Swift does not do with texts.
        case rows([[ColumnValue]])

        init(_ rows: [Session]) { self = .rows(rows.map(\.values)) }
    }
}

/// Random operations on few enough values that they meet.
extension NaiveModel.Operation {
    static func random(using random: inout some RandomNumberGenerator) -> Self {
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<4: .insert(session(using: &random))
        case 4..<6: .update(session(using: &random))
        case 6: .delete(id(using: &random))
        case 7: .record(id(using: &random))
        default: .records(scan(using: &random))
        }
    }

    private static func id(using random: inout some RandomNumberGenerator) -> String {
        "k\(Int.random(in: 0..<60, using: &random))"
    }

    private static func session(using random: inout some RandomNumberGenerator) -> Sample.Session {
        Sample.Session(
            id(using: &random), owner: ["", "ann", "bob", "bo"].randomElement(using: &random)!,
            state: Bool.random(using: &random) ? .open : .closed,
            dueAt: [nil, .min, -1, 0, 1, 7, .max].randomElement(using: &random)!,
            token: [nil, nil, [], [0], [0, 0], [1], [255]].randomElement(using: &random)!,
            remark: [nil, nil, "", "\0", "a", "b", "é", "e\u{301}", "ż"].randomElement(using: &random)!)
    }

    private static func scan(using random: inout some RandomNumberGenerator) -> Scan<Sample.Session> {
        let table = Sample.Session.table
        let index = ([nil] + table.indexes.map(\.name)).randomElement(using: &random)!
        let row = session(using: &random).values
        let other = session(using: &random).values
        let path = table.path(index).map { column in table.columns.firstIndex(of: column)! }
        var equals = path.prefix(Int.random(in: 0...path.count, using: &random)).map { row[$0] }
        if index != nil, equals.first == .null { equals = [] }
        func bound(_ row: [ColumnValue]) -> [ColumnValue] {
            let rest = path.dropFirst(equals.count)
            let values = rest.prefix(Int.random(in: 0...rest.count, using: &random)).map { row[$0] }
            return Array(values.prefix { $0 != .null })
        }
        let above = bound(row)
        let below = bound(other)
        return Scan(
            index: index, equals: equals, above: above, below: below, isDescending: Bool.random(using: &random),
            limit: Int.random(in: 0..<30, using: &random))
    }
}

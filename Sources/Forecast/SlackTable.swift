package import CanonicalJSON

/// How often requests became late, by type, stage and slack.
package struct SlackTable: Hashable, Sendable {
    /// As how many requests the mean counts that a cell is shrunk to.
    package static let weight: Int64 = 8

    /// Requests of one type in one stage.
    package struct Group: Hashable, Sendable, Comparable {
        package let type: String
        package let stage: String

        /// A group.
        package init(type: String, stage: String) {
            self.type = type
            self.stage = stage
        }

        package static func < (a: Group, b: Group) -> Bool {
            (a.type, a.stage) < (b.type, b.stage)
        }
    }

    /// So many were looked at, and so many of them became late.
    package struct Count: Hashable, Sendable {
        package var seen: Int64 = 0
        package var late: Int64 = 0

        mutating func add(_ isLate: Bool) {
            seen += 1
            if isLate { late += 1 }
        }

        /// The frequency in millionths, with a mean that counts as ``SlackTable/weight`` requests.
        func shrunk(to mean: Int64) -> Int64 {
            (late * 1_000_000 + SlackTable.weight * mean) / (seen + SlackTable.weight)
        }
    }

    private var cells: [Group: [Count]] = [:]
    private var sums: [Group: Count] = [:]
    /// The same of all types together, by stage.
    private var shared: [String: [Count]] = [:]
    private var whole: [String: Count] = [:]

    /// Nothing was seen.
    package init() {}

    /// Counts one look.
    package mutating func add(_ group: Group, slack: Int64, isLate: Bool) {
        cells[group, default: Array(repeating: Count(), count: SlackBins.count)][SlackBins.bin(of: slack)].add(isLate)
        sums[group, default: Count()].add(isLate)
        shared[group.stage, default: Array(repeating: Count(), count: SlackBins.count)][SlackBins.bin(of: slack)]
            .add(isLate)
        whole[group.stage, default: Count()].add(isLate)
    }

    /// The mean of a group in millionths; nil of one that was never seen.
    package func mean(of group: Group) -> Int64? { sums[group].map { $0.late * 1_000_000 / $0.seen } }

    /// The chance of being late, in millionths; nil of a stage that was never seen.
    package func chance(of group: Group, slack: Int64) -> Int64? {
        let bin = SlackBins.bin(of: slack)
        guard let all = whole[group.stage], let alike = shared[group.stage]?[bin] else { return nil }
        let mean = alike.shrunk(to: all.late * 1_000_000 / all.seen)
        return (cells[group]?[bin] ?? Count()).shrunk(to: mean)
    }

    /// `[{"type", "stage", "cells": [[seen, late], …]}]`, in the order of types and stages.
    package var json: JSON {
        .array(
            cells.sorted { $0.key < $1.key }.map { group, counts in
                [
                    "type": .string(group.type), "stage": .string(group.stage),
                    "cells": .array(counts.map { [.integer($0.seen), .integer($0.late)] }),
                ]
            })
    }
}

package import Temporal

/// How fast a line moves: what its last finished requests took, each from the later of its arrival and the last
/// finish. In the promise's own milliseconds.
package struct Pace: Sendable {
    /// How many finishes are remembered: a morning's, in a line that anybody waits in.
    package static let remembered = 16
    /// With fewer finishes nothing is foretold.
    package static let fewest = 4

    private var services: [Int64] = []
    private var stays: [Int64] = []
    /// The last finish.
    package private(set) var lastFinish: Instant?

    /// Nothing was finished yet.
    package init() {}

    /// Another one is finished.
    ///
    /// - Parameters:
    ///   - service: from the later of its arrival and ``lastFinish`` until now, in its own time.
    ///   - stay: from its arrival in the stage.
    package mutating func finish(service: Int64, stay: Int64, at instant: Instant) {
        if services.count == Self.remembered { services.removeFirst() }
        services.append(service)
        if stays.count == Self.remembered { stays.removeFirst() }
        stays.append(stay)
        lastFinish = instant
    }

    /// What one request of the line takes, at least a millisecond; nil while that is not known. The mean of the middle
    /// half: an hour in which nobody worked is not what a request takes.
    package var perRequest: Int64? {
        guard services.count >= Self.fewest else { return nil }
        let cut = services.count / 4
        let middle = services.sorted()[cut..<(services.count - cut)]
        return max(middle.reduce(0, +) / Int64(middle.count), 1)
    }

    /// How many requests could have been finished before it is said that nobody works.
    private static let patience: Int64 = 4

    /// How much longer a standstill is taken to last: as long as it has lasted.
    ///
    /// - Parameter idle: how long nothing was finished while somebody waited.
    package func standstill(idle: Int64) -> Int64 {
        guard let perRequest else { return 0 }
        return idle / Self.patience > perRequest ? idle : 0
    }

    /// The usual stay: the middle one of the last; nothing where nobody came through.
    package var usualStay: Int64 { stays.isEmpty ? 0 : stays.sorted()[stays.count / 2] }
}

package import Temporal

/// When a waiting request can be expected, told from those that waited before it.
///
/// An empirical conditional quantile and nothing more: no model, no knowledge of the queue, no promise. It says "of the
/// requests that took longer than you have waited, nine in ten took at most this long"; when load changes, it is wrong
/// until the recent past shows the change.
package enum Expectation {
    /// Fewer comparable requests than this say too little: one of ten is then the tenth that we leave out.
    package static let minimumCount = 10

    /// The smallest completed duration that at least nine in ten of those longer than `waited` do not exceed; nil when
    /// fewer than ``minimumCount`` are longer.
    ///
    /// - Parameters:
    ///   - completed: how long recently completed similar requests took, ascending.
    ///   - waited: how long this one has waited.
    /// - Returns: the whole duration from acceptance, greater than `waited`.
    package static func duration(amongCompleted completed: [Milliseconds], waited: Milliseconds) -> Milliseconds? {
        var (low, high) = (0, completed.count)
        while low < high {
            let middle = (low + high) / 2
            if completed[middle] > waited { high = middle } else { low = middle + 1 }
        }
        let count = completed.count - low
        guard count >= minimumCount else { return nil }
        let rank = (9 * count + 9) / 10
        return completed[low + rank - 1]
    }
}

import HTTPServer
package import Metrics
import Synchronization

/// How often each route was asked and how that ended, and how long it took. The routes and the classes of status are
/// all there is to tell apart, so that there are a few hundred numbers, whoever asks.
package final class RouteMeters: Sendable {
    /// How long requests that only read took, from when their body was there until their answer was.
    package let readTimes = Histogram(bounds: Histogram.times)
    /// How long those took that change something.
    package let writeTimes = Histogram(bounds: Histogram.times)
    /// Method and pattern of each route; the last place is for what found none.
    private let routes: [(method: String, pattern: String)]
    /// By route, then by the first digit of the status, from 2. Under the lock.
    private let counts: Mutex<[Int64]>
    private let ticks: @Sendable () -> Int64
    private static let classes = 4

    init(_ routes: [Route], ticks: @escaping @Sendable () -> Int64) {
        self.routes =
            routes.map { ($0.method.rawValue, "/" + $0.pattern.joined(separator: "/")) } + [("other", "none")]
        counts = Mutex([Int64](repeating: 0, count: (routes.count + 1) * Self.classes))
        self.ticks = ticks
    }

    /// When a request begins.
    func begin() -> Int64 { ticks() }

    /// Counts an answer.
    ///
    /// - Parameter route: its place in the list; nil where none was found.
    func count(_ route: Int?, _ request: HTTPRequest, _ status: HTTPStatus, since start: Int64) {
        let place = (route ?? routes.count - 1) * Self.classes + min(max(status.rawValue / 100, 2), 5) - 2
        counts.withLock { $0[place] += 1 }
        (request.method == .get ? readTimes : writeTimes).record(ticks() - start)
    }

    /// Those that occurred: method, pattern, class of status such as `2xx`, and how often.
    package var occurred: [(method: String, pattern: String, status: String, count: Int64)] {
        let counts = counts.withLock { $0 }
        return counts.indices.filter { counts[$0] > 0 }.map { place in
            let route = routes[place / Self.classes]
            return (route.method, route.pattern, "\(place % Self.classes + 2)xx", counts[place])
        }
    }
}

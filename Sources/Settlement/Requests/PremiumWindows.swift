import CanonicalJSON
import Cryptography
import Multiformats
import Temporal
package import TransparencyLog

/// Tells what a premium posting commits to.
package struct WindowOpening: Sendable {
    let opening: Opening
    let holder: String

    /// - Parameters:
    ///   - opening: of the field `window`.
    ///   - holder: any name that is the same for all requests of one holder, and for no others.
    package init(_ opening: Opening, holder: String) {
        self.opening = opening
        self.holder = holder
    }
}

/// Premium access of each holder, laid end to end or beside each other: rules 9 and 38.
struct PremiumWindows: Sendable {
    struct Window: Equatable, CustomStringConvertible {
        let from: Int64
        let until: Int64

        var description: String { "\(shown(from)) to \(shown(until))" }
    }

    /// Postings whose window was judged, and those where it could not be.
    private(set) var judged = 0
    private(set) var unjudged = 0

    private let opening: (@Sendable (UInt64) -> WindowOpening?)?
    /// The end of the last window, in milliseconds.
    private var ends: [String: Int64] = [:]
    /// A window was not opened: any holder may since have access that is not in ``ends``.
    private var hasGaps = false

    /// Whose access was shortened: their next window may begin before the end that is known.
    private var shortened: Set<String> = []

    init(opening: (@Sendable (UInt64) -> WindowOpening?)?) { self.opening = opening }

    /// Access was taken back at that entry.
    mutating func shorten(holderOf seq: UInt64) {
        guard let opened = opening?(seq) else {
            hasGaps = true
            return
        }
        shortened.insert(opened.holder)
    }

    /// What is wrong with the window that a posting of so many days commits to.
    ///
    /// - Parameter isBeside: whether its policy counts from the posting, whatever the holder has.
    mutating func problem(of event: Event, days: Int64, isBeside: Bool = false) -> String? {
        guard let commitment = Self.commitment(of: event.frame) else { return "there is no commitment to a window" }
        guard let opened = opening?(event.seq) else {
            hasGaps = true
            unjudged += 1
            return nil
        }
        judged += 1
        guard commitment == opened.opening.commitment, opened.opening.field == "window",
            let window = Self.window(opened.opening.value)
        else { return "the opening of the window is not of this entry" }
        let begin = max(event.t, ends[opened.holder] ?? event.t)
        let expected = Window(from: begin, until: Self.end(from: begin, days, of: event, isBeside))
        ends[opened.holder] = window.until
        let isShortened = shortened.remove(opened.holder) != nil && window.from >= event.t
        let isLater = isShortened || hasGaps && window.from > expected.from
        let isRight =
            isLater ? window.until == Self.end(from: window.from, days, of: event, isBeside) : window == expected
        guard !isRight else { return nil }
        return "the window is \(expected), not \(window)"
    }

    private static func commitment(of frame: EntryFrame) -> Commitment? {
        guard let range = frame.window,
            let bytes = try? Base64.decode(frame.bytes.text(range.dropFirst().dropLast()))
        else { return nil }
        return SHA256Digest(bytes).map(Commitment.init)
    }

    private static func window(_ value: [UInt8]) -> Window? {
        guard let json = try? JSON(parsing: value), json.objectValue?.count == 2,
            let from = json["from"]?.integerValue, let until = json["until"]?.integerValue
        else { return nil }
        return Window(from: from, until: until)
    }

    private static func end(from begin: Int64, _ days: Int64, of event: Event, _ isBeside: Bool) -> Int64 {
        let latest = Instant.latest.milliseconds
        let (length, overflow) = days.multipliedReportingOverflow(by: 86_400_000)
        let counted = isBeside ? event.t : begin
        return max(begin, overflow || length > latest - counted ? latest : counted + length)
    }
}

import CanonicalJSON
import Temporal

/// A published working calendar: the document that a service level names in `calendarRef`.
package struct BusinessCalendar: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// The identity that requests are bound to.
    package let hash: PolicyHash
    /// Zone and hours.
    package let terms: CalendarTerms
    /// The rules of the zone that are meant.
    package let tzdata: CalendarTerms.Pin

    /// Reads the hours of a document of kind `BusinessCalendar`.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            let spec = try document.spec(of: .businessCalendar)
            let place = spec.pointer(to: "tzdata")
            terms = try CalendarTerms(spec)
            guard let tzdata = terms.tzdata else {
                throw JSONShapeError(pointer: place, problem: "required member is missing")
            }
            self.tzdata = tzdata
        } catch {
            throw PolicyError(error)
        }
    }
}

extension BusinessCalendar {
    /// The hours in sentences that a person can hold us to.
    package var plainWords: [String] {
        let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        let hours = zip(days, terms.week).map { day, windows in "\(day): \(Self.inWords(windows))" }
        let dates = terms.exceptions.keys.sorted().map { date in
            let reason = terms.reasons[date].map { " (\($0))" } ?? ""
            return "\(date): \(Self.inWords(terms.exceptions[date] ?? []))\(reason)"
        }
        return [
            "A second is working time when a clock on a wall in \(terms.zone) then shows a time within these hours.",
            hours.joined(separator: "; ") + ".",
        ] + (dates.isEmpty ? [] : ["Otherwise on these dates: " + dates.joined(separator: "; ") + "."]) + [
            "The clocks of \(terms.zone) are those of release \(tzdata.release) of the time zone database, whatever "
                + "later releases say."
        ]
    }

    private static func inWords(_ windows: [WorkingCalendar.Window]) -> String {
        windows.isEmpty ? "closed" : windows.map(\.description).joined(separator: " and ")
    }
}

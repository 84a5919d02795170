import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// Calendars are promises about hours, and about the clocks of a zone: they are published with the rules of that zone.
/// So are budgets whose months begin by such clocks.
extension Service {
    /// Publishes a document that means the rules of a zone, and pins these where the log does not have them.
    func publish(
        _ document: PolicyDocument, _ zone: ZoneName, _ tzdata: CalendarTerms.Pin,
        _ reply: @escaping Sequencer.Completion
    ) {
        guard !directory.policies.calendars.hasZone(tzdata.sha256) else {
            return sequencer.submit(.publishCalendar(document, nil), reply)
        }
        do {
            sequencer.submit(.publishCalendar(document, try pinned(zone, tzdata)), reply)
        } catch {
            reply(.failure(error))
        }
    }

    /// The rules that are meant, if those of this machine are the same.
    private func pinned(_ zone: ZoneName, _ tzdata: CalendarTerms.Pin) throws -> ZonePinned {
        let installed: InstalledZone
        do {
            installed = try zones(zone)
        } catch {
            throw Refusal(.invalidPolicy, "\(error).", at: "/spec/timeZone")
        }
        guard installed.rules.pin == tzdata.sha256 else {
            throw Refusal(
                .invalidPolicy,
                "The time zone database of this machine, release \(installed.release), has other rules for \(zone): "
                    + "\(installed.rules.pin). Pin these, or install the release that is meant.",
                at: "/spec/tzdata/sha256")
        }
        guard installed.release == tzdata.release else {
            throw Refusal(
                .invalidPolicy,
                "The time zone database of this machine is of release \(installed.release); say that.",
                at: "/spec/tzdata/release")
        }
        return ZonePinned(zone: zone, release: installed.release, rules: installed.rules)
    }
}

import CanonicalJSON
import Console
import Glibc
import ServiceLevels
import Temporal
import ZoneDatabase

extension Command {
    static let policyDue = Command(
        syntax: CommandSyntax(
            "policy due", "Compute a deadline by a working calendar, and say what was counted.",
            options: [
                .init(
                    "calendar", "FILE", "A policy document of kind BusinessCalendar, or its spec alone.",
                    isRequired: true),
                .init("start", "TIME", "When the clock starts, RFC 3339 with any offset.", isRequired: true),
                .init(
                    "span", "JSON", "elapsed or business with a duration, calendarDays or workingDays with a number.",
                    isRequired: true),
                .init("pause", "FROM/TO", "A pause of the clock, two times; may be repeated.", isRepeated: true),
                .init("strict", nil, "Refuse, with exit code 3, other zone rules than the calendar pins."), .json,
            ],
            example: "punctual policy due --calendar berlin.json --start 2026-01-30T14:00:00+01:00 "
                + "--span '{\"business\":\"PT8H\"}'"),
        run: { arguments, terminal in
            let question = try DueQuestion(arguments)
            if !question.isPinned { terminal.note("\(Program.name): \(question.pinWarning)") }
            guard question.isPinned || !arguments.has("strict") else { return .cannotTell }
            let answer = try question.answer()
            terminal.print(arguments.has("json") ? answer.json.canonicalString : answer.words)
            return .done
        })

    static let policyZones = Command(
        syntax: CommandSyntax(
            "policy zones", "Show the time zone database of this machine, or the pin of one zone for a calendar.",
            positionals: [.init("NAME", "A zone, like Europe/Berlin; all names when left out.", isOptional: true)],
            options: [.json], example: "punctual policy zones Europe/Berlin"),
        run: { arguments, terminal in
            let database = ZoneDatabase.ofMachine
            do throws(ZoneDatabaseError) {
                guard let name = arguments.positionals.first else {
                    try list(database, asJSON: arguments.has("json"), terminal)
                    return .done
                }
                guard let zone = try? ZoneName(parsing: name) else {
                    throw ZoneDatabaseError.malformedName(name)
                }
                let pin = CalendarTerms.Pin(release: try database.release(), sha256: try database.rules(of: zone).pin)
                let json: JSON = ["timeZone": .string(zone.text), "tzdata": pin.json]
                terminal.print(
                    arguments.has("json")
                        ? json.canonicalString
                        : "zone:    \(zone)\nrelease: \(pin.release)\nsha256:  \(pin.sha256)")
                return .done
            } catch {
                throw Failure("\(error)", error.isOfTyping ? .usage : .cannotTell)
            }
        })

    private static func list(
        _ database: ZoneDatabase, asJSON: Bool, _ terminal: Terminal
    ) throws(ZoneDatabaseError) {
        let (release, names) = (try database.release(), try database.names())
        guard !asJSON else {
            let json: JSON = ["release": .string(release), "zones": .array(names.map { .string($0.text) })]
            return terminal.print(json.canonicalString)
        }
        terminal.note("\(names.count) zones of release \(release) in \(database.folder):")
        for name in names { terminal.print(name.text) }
    }
}

extension ZoneDatabase {
    /// That of this machine: the folder that the variable TZDIR names, as the C library has it, or the usual one.
    static var ofMachine: ZoneDatabase {
        guard let folder = unsafe getenv("TZDIR").map({ unsafe String(cString: $0) }), !folder.isEmpty else {
            return ZoneDatabase()
        }
        return ZoneDatabase(folder: folder)
    }
}

/// What is asked for: read from what was typed, or refused with the place of what is wrong.
private struct DueQuestion {
    let terms: CalendarTerms
    let installed: CalendarTerms.Pin
    let calendar: WorkingCalendar
    let start: Instant
    let span: TimeSpan
    let pauses: [Range<Instant>]

    init(_ arguments: Arguments) throws {
        terms = try Self.terms(arguments.required("calendar"))
        start = try Self.instant(arguments.required("start"), of: "--start")
        span = try Self.span(arguments.required("span"))
        pauses = try arguments.values("pause").map(Self.pause)
        do throws(ZoneDatabaseError) {
            let database = ZoneDatabase.ofMachine
            let rules = try database.rules(of: terms.zone)
            // What counts are the rules; a database that does not say its release can still be counted by.
            installed = CalendarTerms.Pin(release: (try? database.release()) ?? "unknown", sha256: rules.pin)
            calendar = terms.calendar(in: rules)
        } catch {
            throw Failure("\(error).", .cannotTell)
        }
    }

    /// Whether the rules of the zone are those that the calendar means.
    var isPinned: Bool { terms.tzdata?.sha256 == installed.sha256 }

    var pinWarning: String {
        guard let pinned = terms.tzdata else {
            return
                "the calendar pins no rules of \(terms.zone); those installed, release \(installed.release), are used."
        }
        return "the calendar pins rules of \(terms.zone) of release \(pinned.release) that are not those installed, "
            + "release \(installed.release); the deadline is that of the installed rules."
    }

    func answer() throws -> DueAnswer {
        do throws(TemporalError) {
            return DueAnswer(of: self, due: try calendar.instant(after: span, from: start, skipping: pauses))
        } catch {
            throw Failure("\(error).", .cannotTell)
        }
    }

    /// A whole document, or only what stands in its `spec`.
    private static func terms(_ path: String) throws -> CalendarTerms {
        let bytes = try readFile(path, maximumBytes: PolicyDocument.limits.maximumBytes)
        do {
            let json = try JSON(parsing: bytes, limits: PolicyDocument.limits)
            guard json["apiVersion"] == nil, json["kind"] == nil, json["timeZone"] != nil else {
                return try BusinessCalendar(PolicyDocument(json)).terms
            }
            return try CalendarTerms(ObjectReader(json))
        } catch {
            throw UsageError("\(path): \(error).")
        }
    }

    private static func span(_ text: String) throws -> TimeSpan {
        do {
            return try TimeSpan(JSON(parsing: Array(text.utf8)))
        } catch {
            throw UsageError("--span: \(error). Write for example {\"business\":\"PT8H\"} or {\"workingDays\":3}.")
        }
    }

    private static func pause(_ text: String) throws -> Range<Instant> {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw UsageError("--pause \(text): expected FROM/TO, two times.") }
        let (from, to) = (try instant(String(parts[0]), of: "--pause"), try instant(String(parts[1]), of: "--pause"))
        guard from <= to else { throw UsageError("--pause \(text): it ends before it begins.") }
        return from..<to
    }

    /// RFC 3339, section 5.6, lets people write a space for the `T`.
    private static func instant(_ text: String, of option: String) throws -> Instant {
        var bytes = Array(text.utf8)
        if bytes.count > 10, bytes[10] == UInt8(ascii: " ") { bytes[10] = UInt8(ascii: "T") }
        do throws(TemporalError) {
            return try Instant(rfc3339: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw UsageError("\(option): \(error).")
        }
    }
}

/// A deadline, with what led to it.
private struct DueAnswer {
    let question: DueQuestion
    let due: Instant
    let counted: [OpenInterval]

    /// The most stretches that are listed one by one: two months of days with a lunch break.
    private static let maximumListed = 120

    init(of question: DueQuestion, due: Instant) {
        (self.question, self.due) = (question, due)
        let calendar = question.calendar
        var counted: [OpenInterval] = []
        if question.span.isOfWorkingTime {
            counted = calendar.counted(from: question.start, to: due, skipping: question.pauses)
        }
        // Of working days only whole ones count.
        if case .workingDays = question.span {
            counted = counted.filter { calendar.opening(of: $0.date).map { question.start <= $0 } ?? false }
        }
        self.counted = counted
    }

    private var zone: TimeZoneRules { question.calendar.zone }

    var json: JSON {
        var json: JSONObject = [
            "due": .string(due.shortRFC3339), "local": .string(zone.localTime(at: due).description),
            "zone": .string(question.terms.zone.text), "start": .string(question.start.shortRFC3339),
            "startLocal": .string(zone.localTime(at: question.start).description), "span": question.span.json,
            "tzdata": [
                "release": .string(question.installed.release), "sha256": .string(question.installed.sha256),
                "pinned": .bool(question.isPinned),
            ],
        ]
        if !question.pauses.isEmpty {
            json["pauses"] = .array(
                question.pauses.map {
                    ["from": .string($0.lowerBound.shortRFC3339), "to": .string($0.upperBound.shortRFC3339)]
                })
        }
        if question.span.isOfWorkingTime {
            json["counted"] = .array(
                counted.prefix(Self.maximumListed).map {
                    ["from": .string($0.from.shortRFC3339), "to": .string($0.to.shortRFC3339)]
                })
            json["countedMilliseconds"] = .integer(counted.reduce(0) { $0 + ($1.to - $1.from).count })
        }
        return .object(json)
    }

    var words: String {
        var lines = [
            "Due \(inWords(due)), that is \(due.shortRFC3339).",
            "Counted: \(question.span.inWords) from \(inWords(question.start)), by the clocks of \(question.terms.zone)"
                + (question.pauses.isEmpty
                    ? "." : ", less \(question.pauses.count == 1 ? "the pause" : "the pauses")."),
        ]
        for interval in counted.prefix(Self.maximumListed) {
            let (from, to) = (zone.localTime(at: interval.from), zone.localTime(at: interval.to))
            // The end of a window may be the next date's midnight, or lie beyond a change of the clock.
            let end = to.date == interval.date ? time(to) : "24:00"
            lines.append(
                "  \(Self.weekdays[interval.date.weekday]) \(interval.date)  \(time(from))–\(end)  "
                    + (interval.to - interval.from).inWords)
        }
        if counted.count > Self.maximumListed { lines.append("  and \(counted.count - Self.maximumListed) more") }
        return lines.joined(separator: "\n")
    }

    private func inWords(_ instant: Instant) -> String {
        let local = zone.localTime(at: instant)
        return "\(Self.weekdays[local.date.weekday]) \(local.date) \(time(local)) (UTC\(local.offsetText))"
    }

    /// `09:30`, with seconds only where there are some.
    private func time(_ local: LocalTime) -> String {
        let text = local.description.split(separator: "T")[1].prefix { $0 != "+" && $0 != "-" }
        return text.hasSuffix(":00") && text.utf8.count == 8 ? String(text.dropLast(3)) : String(text)
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
}

package import CanonicalJSON
package import ServiceLevels
package import Temporal

/// A published plan of who is told what, and when: kind `Notification`. Rules 80 to 83 of the page "Notices" (room
/// `Issuance`).
package struct NoticePlan: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// The identity that a request is bound to.
    package let hash: PolicyHash
    /// What is told, each step once.
    package let steps: [NoticeStep: Step]
    /// How often at the most, and at the least.
    package let cadence: Cadence
    /// When only what is critical may come; nil: never.
    package let quietHours: QuietHours?
    /// How it is said.
    package let tone: Tone
    /// The texts, by id.
    package let templates: [String: NoticeTemplate]
    /// The words of the log.
    package let words: NoticeWords
    /// The languages of all texts, by tag.
    package let locales: [String]

    /// One thing that is told.
    package struct Step: Hashable, Sendable {
        /// Which text.
        package let template: String
        /// Whether it waits for no others, and may come in quiet hours where the plan lets it.
        package let isCritical: Bool
        /// How soon after it may come it comes; nil: within ``NoticePlan/toldWithin``.
        package let within: Milliseconds?
    }

    /// How often.
    package struct Cadence: Hashable, Sendable {
        /// After so long without a notice somebody whose request is late, or may be, hears that there is nothing new;
        /// nil: that is not said.
        package let every: Milliseconds?
        /// The most notices about one request on one day of the calendar's zone.
        package let maxPerDay: Int
        /// How long what is not critical waits for more; zero: not at all.
        package let digestWindow: Milliseconds
    }

    /// Hours on the wall clock of the zone, `[from, to)`, over midnight where `to` is earlier.
    package struct QuietHours: Hashable, Sendable {
        /// Minutes after midnight.
        package let from: Int
        /// Minutes after midnight.
        package let to: Int
        /// Whether what is critical comes nevertheless.
        package let criticalBypass: Bool
    }

    /// How it is said.
    package struct Tone: Hashable, Sendable {
        /// What notices must have, where it makes sense.
        package let mustInclude: [NoticePart]
        /// What no text says, besides what none ever may.
        package let forbid: [String]
        /// How many years of school every text may ask for.
        package let maxReadingGrade: Int64
        /// The causes of which may be said that they were not in our hands.
        package let beyondControl: [Cause]
    }

    /// How late a notice may be without being late: as for everything that comes by the clock.
    package static let toldWithin = Milliseconds.minutes(15)
    /// As the format has it: one an hour.
    package static let largestPerDay: Int64 = 24
    /// Longer, a digest would hide what it collects.
    package static let longestDigest = Milliseconds.hours(24)
    /// More often would be noise, more seldom would be silence: bounds of `every`.
    static let cadences = Milliseconds.minutes(15)...Milliseconds.days(31)
    /// The languages that the service speaks.
    package static let requiredLocales = ["de", "en"]
    /// The channel that exists.
    package static let channel = "in-app"

    /// Reads a document of kind `Notification`, and refuses one whose texts break the rules of rule 83.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            var spec = try document.spec(of: .notification)
            try spec.channels()
            locales = try spec.locales()
            cadence = try Cadence(spec.object("cadence"))
            steps = try spec.steps(saysNothingNew: cadence.every != nil)
            quietHours = try spec.optionalObject("quietHours").map { (reader) throws(JSONShapeError) in
                try QuietHours(reader)
            }
            tone = try Tone(spec.object("tone"))
            templates = try spec.templates(locales)
            words = try NoticeWords(spec.value("words"), locales: Set(locales), at: spec.pointer(to: "words"))
            guard spec.optionalValue("eta") == nil else {
                throw .notKept(
                    "remove eta: an expected time is stated on request and written down nowhere, so no notice says one",
                    at: spec.pointer(to: "eta"))
            }
            try spec.finish()
            try lint()
        } catch {
            throw PolicyError(error)
        }
    }

    /// What an entry is told as, where the plan tells it.
    package func step(of type: String, _ facts: JSONObject) -> NoticeStep? {
        guard let step = NoticeStep(of: type, facts) else { return nil }
        if steps[step] != nil { return step }
        return step == .compensationReversed ? .compensated : nil
    }
}

extension NoticePlan.Cadence {
    fileprivate init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        maxPerDay = Int(try reader.integer("maxPerDay", in: 1...NoticePlan.largestPerDay))
        let place = reader.pointer(to: "every")
        let every = try reader.optionalObject("every") == nil ? nil : reader.elapsed("every")
        let saysNothingNew = try reader.bool("sayNothingNew")
        guard saysNothingNew == (every != nil) else {
            let problem =
                saysNothingNew
                ? "expected after what time it is said that there is nothing new"
                : "nothing follows from it where sayNothingNew is false; remove every, or say true"
            throw JSONShapeError(pointer: place, problem: problem)
        }
        if let every, !NoticePlan.cadences.contains(every) {
            throw JSONShapeError(pointer: place, problem: "expected 15 minutes to 31 days")
        }
        self.every = every
        guard let text = try reader.optionalString("digestWindow") else {
            digestWindow = .zero
            try reader.finish()
            return
        }
        guard let length = try? Milliseconds(iso8601: text), length > .zero, length <= NoticePlan.longestDigest else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "digestWindow"), problem: "expected a time like PT10M, of at most 24 hours")
        }
        digestWindow = length
        try reader.finish()
    }
}

extension NoticePlan.QuietHours {
    /// Of a day, something must be left to tell in.
    static let shortestOpen = 60

    fileprivate init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        (from, to) = (try reader.minuteOfDay("from"), try reader.minuteOfDay("to"))
        guard (to - from + 1440) % 1440 <= 1440 - Self.shortestOpen, from != to else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "to"),
                problem: "quiet hours end before they would be a day: an hour or more must be left, or say none")
        }
        if let zone = try reader.optionalString("zone"), zone != "calendar" {
            throw .notKept(
                "only \"calendar\" may stand here: where a person is, is not in the log, and whoever checks when they "
                    + "were told could not tell", at: reader.pointer(to: "zone"))
        }
        criticalBypass = try reader.optionalBool("criticalBypass") ?? false
        try reader.finish()
    }
}

extension NoticePlan.Tone {
    fileprivate init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        mustInclude = try reader.set("mustInclude") { NoticePart(rawValue: $0) }
        beyondControl = try reader.set("beyondControl") { name in
            Cause(rawValue: name).flatMap { Self.outside.contains($0) ? $0 : nil }
        }
        forbid = try reader.set("forbid") { text in
            1...80 ~= text.unicodeScalars.count && text.contains(where: \.isLetter) ? text : nil
        }
        maxReadingGrade = try reader.integer("maxReadingGrade", in: 4...16)
        try reader.finish()
    }

    /// Causes that are not of our own making.
    static let outside: Set<Cause> = [.thirdPartyVerifier, .ledgerAnchor, .forceMajeure]
}

extension ObjectReader {
    /// Values of a closed set, each once; none where the member is absent.
    fileprivate mutating func set<Value: Hashable>(
        _ key: String, _ parse: (String) -> Value?
    ) throws(JSONShapeError) -> [Value] {
        var values: [Value] = []
        for (json, place) in try optionalArray(key) ?? [] {
            guard let value = json.stringValue.flatMap(parse), !values.contains(value), values.count < 64 else {
                throw JSONShapeError(pointer: place, problem: "expected a value that may stand in \(key), each once")
            }
            values.append(value)
        }
        return values
    }

    /// `21:00` in minutes.
    fileprivate mutating func minuteOfDay(_ key: String) throws(JSONShapeError) -> Int {
        let text = try string(key)
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 && $0.allSatisfy { 0x30...0x39 ~= $0 } }),
            let hour = Int(text.prefix(2)), let minute = Int(text.suffix(2)), hour < 24, minute < 60
        else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected a time of day, 00:00 to 23:59")
        }
        return hour * 60 + minute
    }

    fileprivate mutating func channels() throws(JSONShapeError) {
        let elements = try array("channels")
        for (json, place) in elements where json.stringValue != NoticePlan.channel {
            throw .notKept(
                "the one channel that exists is \"in-app\", what a person reads under their request; nothing is sent "
                    + "by \(json.stringValue ?? "another")", at: place)
        }
        guard elements.count == 1 else {
            throw JSONShapeError(pointer: pointer(to: "channels"), problem: "expected [\"in-app\"]")
        }
    }

    /// The languages that every text has.
    fileprivate mutating func locales() throws(JSONShapeError) -> [String] {
        let elements = try array("locales")
        let tags = elements.compactMap(\.0.stringValue)
        guard tags.count == elements.count, Set(tags).count == tags.count, tags.count <= 8,
            tags.allSatisfy({ ReadingGrade(of: $0) != nil }),
            NoticePlan.requiredLocales.allSatisfy(tags.contains)
        else {
            let known = NoticePlan.requiredLocales.joined(separator: " and ")
            throw JSONShapeError(pointer: pointer(to: "locales"), problem: "expected \(known): both, and no others")
        }
        return tags.sorted()
    }

    fileprivate mutating func steps(
        saysNothingNew: Bool
    ) throws(JSONShapeError) -> [NoticeStep: NoticePlan.Step] {
        var steps: [NoticeStep: NoticePlan.Step] = [:]
        for (json, place) in try array("steps") {
            var reader = try ObjectReader(json, at: place)
            let on: NoticeStep = try reader.choice("on")
            guard steps[on] == nil else {
                throw JSONShapeError(pointer: place, problem: "\(on.rawValue) is told by one step only")
            }
            let template = try reader.identifier("template")
            let isCritical = try reader.bool("critical")
            guard on != .nothingNew || !isCritical else {
                throw JSONShapeError(pointer: place, problem: "that there is nothing new is never critical")
            }
            let within = try reader.optionalObject("within") == nil ? nil : reader.elapsed("within")
            steps[on] = NoticePlan.Step(template: template, isCritical: isCritical, within: within)
            try reader.finish()
        }
        let place = pointer(to: "steps")
        if let missing = NoticeStep.always.first(where: { steps[$0] == nil }) {
            throw JSONShapeError(
                pointer: place, problem: "every plan tells \(missing.inWords): add \(missing.rawValue)")
        }
        guard (steps[.nothingNew] != nil) == saysNothingNew else {
            throw JSONShapeError(
                pointer: place, problem: "the step nothing-new stands where sayNothingNew is true, and only there")
        }
        return steps
    }

    fileprivate mutating func templates(
        _ locales: [String]
    ) throws(JSONShapeError) -> [String: NoticeTemplate] {
        var templates: [String: NoticeTemplate] = [:]
        for (json, place) in try array("templates") {
            let template = try NoticeTemplate(json, at: place)
            guard templates[template.id] == nil else {
                throw JSONShapeError(pointer: place, problem: "there is a template \(template.id) before")
            }
            guard template.text.keys.sorted() == locales else {
                let names = locales.joined(separator: ", ")
                throw JSONShapeError(
                    pointer: place.appending("text"), problem: "a text in each language is expected: \(names)")
            }
            templates[template.id] = template
        }
        return templates
    }
}

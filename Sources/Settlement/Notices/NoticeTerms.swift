import CanonicalJSON

/// What a document of kind `Notification` promises, as the page "Notices" has it. Whether its texts are fit to be read
/// is for publication to judge; here they are what is written. Numbers are milliseconds.
struct NoticeTerms: Sendable {
    struct Step: Sendable {
        let template: String
        let isCritical: Bool
        let within: Int64
    }

    /// Minutes after midnight.
    struct Quiet: Sendable {
        let from: Int64
        let to: Int64
        let bypass: Bool
    }

    let steps: [String: Step]
    let every: Int64?
    let perDay: Int
    let digest: Int64
    let quiet: Quiet?
    let beyondControl: Set<String>
    let locales: [String]
    /// The texts by id, and the words, as they were published.
    let templates: [String: JSON]
    let words: JSON

    private static let names: Set = [
        "acknowledged", "at-risk", "breach", "update", "resolved", "compensated", "compensation-reversed",
        "checked", "claim-decision", "feedback", "nothing-new",
    ]

    init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        try reader.expect("channels", oneOf: ["in-app"])
        locales = try reader.array("locales").compactMap(\.0.stringValue).sorted()
        var cadence = try reader.object("cadence")
        let maxPerDay = try cadence.integer("maxPerDay")
        guard 1...24 ~= maxPerDay else {
            throw JSONShapeError(pointer: cadence.pointer(to: "maxPerDay"), problem: "not 1 to 24")
        }
        perDay = Int(maxPerDay)
        every = try cadence.optionalSpan("every")
        let window = try cadence.optionalString("digestWindow")
        digest =
            try window.map { (text) throws(JSONShapeError) in
                try ObjectReader.length(text, at: cadence.pointer(to: "digestWindow"))
            } ?? 0
        cadence.ignore("sayNothingNew")
        try cadence.finish()
        steps = try Self.steps(&reader)
        quiet = try reader.optionalObject("quietHours").map { (reader) throws(JSONShapeError) in try Quiet(reader) }
        var tone = try reader.object("tone")
        beyondControl = Set(try tone.optionalArray("beyondControl")?.compactMap(\.0.stringValue) ?? [])
        tone.ignore("mustInclude", "forbid", "maxReadingGrade")
        try tone.finish()
        var templates: [String: JSON] = [:]
        for (template, place) in try reader.array("templates") {
            guard let id = template["id"]?.stringValue, let text = template["text"] else {
                throw JSONShapeError(pointer: place, problem: "a template has an id and a text")
            }
            templates[id] = text
        }
        self.templates = templates
        words = try reader.value("words")
        try reader.finish()
    }

    private static func steps(_ reader: inout ObjectReader) throws(JSONShapeError) -> [String: Step] {
        var steps: [String: Step] = [:]
        for (json, place) in try reader.array("steps") {
            var step = try ObjectReader(json, at: place)
            let on = try step.string("on")
            guard names.contains(on) else {
                throw JSONShapeError(pointer: step.pointer(to: "on"), problem: "no step of the page")
            }
            let (template, isCritical) = (try step.string("template"), try step.bool("critical"))
            steps[on] = Step(
                template: template, isCritical: isCritical, within: try step.optionalSpan("within") ?? 900_000)
            try step.finish()
        }
        return steps
    }
}

extension NoticeTerms.Quiet {
    fileprivate init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        func minute(_ name: String) throws(JSONShapeError) -> Int64 {
            let parts = try reader.string(name).split(separator: ":").compactMap { Int64($0) }
            guard parts.count == 2, 0...23 ~= parts[0], 0...59 ~= parts[1] else {
                throw JSONShapeError(pointer: reader.pointer(to: name), problem: "no time of day")
            }
            return parts[0] * 60 + parts[1]
        }
        (from, to) = (try minute("from"), try minute("to"))
        bypass = try reader.optionalBool("criticalBypass") ?? false
        try reader.expect("zone", oneOf: "calendar")
        try reader.finish()
    }
}

/// When a notice may come: rule 82, by looking at every minute.
extension NoticeTerms {
    struct Obstacle {
        let sentence: String
    }

    /// What is against a notice at an instant; nil when nothing is.
    func obstacle(at t: Int64, isCritical: Bool, sent: [Int64], _ clock: ZoneTimes?) -> Obstacle? {
        let wall = { (t: Int64) in t + (clock?.stretch(at: t).offset ?? 0) }
        let day = Day.floor(wall(t), Day.milliseconds)
        if let quiet, !(isCritical && quiet.bypass) {
            let minute = Day.modulo(Day.floor(wall(t), 60_000), 1440)
            let isQuiet =
                quiet.from < quiet.to
                ? quiet.from <= minute && minute < quiet.to : minute >= quiet.from || minute < quiet.to
            if isQuiet { return Obstacle(sentence: "\(shown(t)) is in quiet hours") }
        }
        let count = sent.filter { $0 <= t && Day.floor(wall($0), Day.milliseconds) == day }.count
        return count < perDay ? nil : Obstacle(sentence: "\(count) notices were sent that day, which is all")
    }

    func firstAllowed(from t: Int64, isCritical: Bool, sent: [Int64], _ clock: ZoneTimes?) -> Int64 {
        var t = t
        // What is critical can take the one notice of a day for so long; each day leaves an hour to the rest.
        let end = t + 40 * Day.milliseconds
        while t < end, obstacle(at: t, isCritical: isCritical, sent: sent, clock) != nil {
            t = (Day.floor(t, 60_000) + 1) * 60_000
        }
        return t
    }
}

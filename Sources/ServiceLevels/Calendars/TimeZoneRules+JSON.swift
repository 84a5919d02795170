package import CanonicalJSON
import Cryptography
package import Temporal

/// Zone rules as a document: what is hashed, written in the log as `zone.pinned`, and read from there.
///
/// `{"initial", "rule", "transitions"}`: the offset before the first transition, what holds from the last on, and
/// `[at, offset]` for each; all numbers are seconds. Because ``TimeZoneRules`` has one form for one zone, the same zone
/// has the same document, however the file that it came from was written.
extension TimeZoneRules {
    /// The document.
    package var json: JSON {
        [
            "initial": .integer(Int64(initialOffset)),
            "transitions": .array(transitions.map { [.integer($0.at), .integer(Int64($0.offset))] }),
            "rule": rule.json,
        ]
    }

    /// SHA-256 of the RFC 8785 form of the document, in lower-case hexadecimal: the pin.
    package var pin: String { SHA256.hash(json.canonicalBytes).description }

    /// Reads a document.
    package init(_ json: JSON, at pointer: JSONPointer = JSONPointer()) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        try self.init(members: &reader, at: pointer)
        try reader.finish()
    }

    /// Reads the three members from an object that may have others.
    package init(members reader: inout ObjectReader, at pointer: JSONPointer) throws(JSONShapeError) {
        let initial = try Self.offset(reader.value("initial"), at: reader.pointer(to: "initial"))
        var transitions: [Transition] = []
        for (element, place) in try reader.array("transitions") {
            guard case .array(let pair) = element, pair.count == 2, case .integer(let at) = pair[0] else {
                throw JSONShapeError(pointer: place, problem: "expected an instant and an offset, in seconds")
            }
            transitions.append(Transition(at: at, offset: try Self.offset(pair[1], at: place)))
        }
        let rule = try YearlyRule(reader.value("rule"), at: reader.pointer(to: "rule"))
        do throws(TemporalError) {
            try self.init(initialOffset: initial, transitions: transitions, rule: rule)
        } catch {
            throw JSONShapeError(pointer: pointer, problem: error.description)
        }
    }

    fileprivate static func offset(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) -> Int {
        guard case .integer(let seconds) = json, abs(seconds) < 1 << 20 else {
            throw JSONShapeError(pointer: pointer, problem: "expected seconds from UTC")
        }
        return Int(seconds)
    }
}

extension YearlyRule {
    var json: JSON {
        var object: JSONObject = ["standard": .integer(Int64(standardOffset))]
        if let saving {
            object["saving"] = [
                "offset": .integer(Int64(saving.offset)), "start": saving.start.json, "end": saving.end.json,
            ]
        }
        return .object(object)
    }

    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        let standard = try TimeZoneRules.offset(reader.value("standard"), at: reader.pointer(to: "standard"))
        var saving: Saving?
        if var inner = try reader.optionalObject("saving") {
            saving = Saving(
                offset: try TimeZoneRules.offset(inner.value("offset"), at: inner.pointer(to: "offset")),
                start: try Change(inner.value("start"), at: inner.pointer(to: "start")),
                end: try Change(inner.value("end"), at: inner.pointer(to: "end")))
            try inner.finish()
        }
        try reader.finish()
        do throws(TemporalError) {
            try self.init(standardOffset: standard, saving: saving)
        } catch {
            throw JSONShapeError(pointer: pointer, problem: error.description)
        }
    }
}

extension YearlyRule.Change {
    fileprivate var json: JSON {
        var object: JSONObject = ["second": .integer(Int64(second))]
        switch day {
        case .julian(let day): object["julian"] = .integer(Int64(day))
        case .zeroBased(let day): object["day"] = .integer(Int64(day))
        case .weekday(let month, let week, let day):
            object["month"] = .integer(Int64(month))
            object["week"] = .integer(Int64(week))
            object["weekday"] = .integer(Int64(day))
        }
        return .object(object)
    }

    fileprivate init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        let second = try reader.integer("second", in: -604_799...604_799)
        let day: YearlyRule.Day =
            if let day = try reader.optionalInteger("julian") {
                .julian(Int(truncatingIfNeeded: day))
            } else if let day = try reader.optionalInteger("day") {
                .zeroBased(Int(truncatingIfNeeded: day))
            } else {
                .weekday(
                    month: Int(try reader.integer("month", in: 1...12)),
                    week: Int(try reader.integer("week", in: 1...5)),
                    day: Int(try reader.integer("weekday", in: 0...6)))
            }
        try reader.finish()
        self.init(day: day, second: Int(second))
    }
}

import CanonicalJSON
import Cryptography
package import Temporal

/// The text of a notice: a pure function of the plan and of what entries say (rule 83).
extension NoticePlan {
    /// Something that is told, with what its entry says.
    package struct Told: Hashable, Sendable {
        /// As what.
        package let step: NoticeStep
        /// What is known of it.
        package let facts: [NoticeFact: NoticeValue]

        /// Something that is told.
        package init(step: NoticeStep, facts: [NoticeFact: NoticeValue]) {
            (self.step, self.facts) = (step, facts)
        }
    }

    /// The text in one language. A sentence that stands in it already is not said twice; contact comes last.
    ///
    /// - Parameters:
    ///   - told: what is told, in the order of the log.
    ///   - shared: what is known of the request.
    ///   - zone: whose clock instants are shown by.
    package func text(
        of told: [Told], _ shared: [NoticeFact: NoticeValue], in locale: String, zone: TimeZoneRules
    ) -> String {
        var sentences: [String] = []
        var last: [String] = []
        for item in told {
            let known = shared.merging(item.facts) { $1 }
            for piece in templates[steps[item.step]?.template ?? ""]?.text[locale] ?? [] {
                guard piece.conditions.allSatisfy({ known[$0] != nil }),
                    let sentence = write(piece, known, in: locale, zone)
                else { continue }
                if piece.part == .contact {
                    if !last.contains(sentence) { last.append(sentence) }
                } else if !sentences.contains(sentence) {
                    sentences.append(sentence)
                }
            }
        }
        return (sentences + last).joined(separator: " ")
    }

    /// The hashes of the texts in all languages, as an entry has them.
    package func hashes(
        of told: [Told], _ shared: [NoticeFact: NoticeValue], zone: TimeZoneRules
    ) -> [String: String] {
        var hashes: [String: String] = [:]
        for locale in locales {
            let text = text(of: told, shared, in: locale, zone: zone)
            hashes[locale] = "sha256:\(SHA256.hash(Array(text.utf8)))"
        }
        return hashes
    }

    /// Nil when something in it is not known.
    private func write(
        _ piece: NoticeTemplate.Piece, _ known: [NoticeFact: NoticeValue], in locale: String, _ zone: TimeZoneRules
    ) -> String? {
        var text = ""
        for span in piece.spans {
            switch span {
            case .words(let words): text += words
            case .fact(let fact):
                guard let value = known[fact] else { return nil }
                text += write(value, in: locale, zone)
            }
        }
        return text
    }

    private func write(_ value: NoticeValue, in locale: String, _ zone: TimeZoneRules) -> String {
        switch value {
        case .instant(let t): return Self.shown(t, zone)
        case .noLaterThan(let t): return Self.shown(t + 59_999, zone)
        case .count(let count): return "\(count)"
        case .text(let text): return text
        case .word(let table, let key): return words.word(table, key, in: locale)
        case .holds: return ""
        case .amount(let type, let unit, let minor):
            let isNamed = words.words[.unit]?[unit] != nil && unit != "money"
            let counted =
                isNamed
                ? "\(minor) \(words.word(.unit, unit, in: locale))"
                : "\(minor) \(words.word(.unit, "money", in: locale)) \(unit)"
            guard words.words[.gift]?[type] != nil else { return counted }
            return "\(counted) \(words.word(.gift, type, in: locale))"
        }
    }

    /// `2026-11-22 15:05 (UTC+1)`: the minute that a clock in the zone shows.
    private static func shown(_ t: Int64, _ zone: TimeZoneRules) -> String {
        let local = zone.localTime(at: Instant(milliseconds: t))
        let minute = local.millisecondOfDay / 60_000
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let ahead = abs(local.offset) / 60
        let offset =
            local.offset == 0
            ? "" : "\(local.offset < 0 ? "-" : "+")\(ahead / 60)\(ahead % 60 == 0 ? "" : ":\(two(ahead % 60))")"
        return "\(local.date) \(two(minute / 60)):\(two(minute % 60)) (UTC\(offset))"
    }
}

extension NoticePlan {
    /// The language of the plan that a reader asks for, English where it has none of theirs.
    ///
    /// - Parameter wanted: as in `Accept-Language`, weights not looked at: the first that the plan has.
    package func locale(for wanted: String?) -> String {
        for part in (wanted ?? "").split(separator: ",") {
            let tag = part.split(separator: ";").first.map { $0.filter { $0 != " " } }?.lowercased() ?? ""
            if let found = locales.first(where: { tag == $0 || tag.hasPrefix($0 + "-") }) { return found }
        }
        return "en"
    }
}

package import CanonicalJSON
package import Temporal

/// What readers of policies have in common. Each refusal says what this version keeps instead.
extension ObjectReader {
    /// Requires the one value that this version acts upon.
    package mutating func constant(_ key: String, _ only: JSON) throws(JSONShapeError) {
        try requireOnly(only, try value(key), at: key)
    }

    /// As ``constant(_:_:)``, for a member that may be absent and then means the same.
    package mutating func optionalConstant(_ key: String, _ only: JSON) throws(JSONShapeError) {
        guard let value = optionalValue(key) else { return }
        try requireOnly(only, value, at: key)
    }

    private func requireOnly(_ only: JSON, _ value: JSON, at key: String) throws(JSONShapeError) {
        guard value == only else {
            throw .notKept("only \(only.canonicalString) may stand here", at: pointer(to: key))
        }
    }

    /// Refuses members that other versions of the format know and this version does not act upon.
    package mutating func notKept(_ keys: String...) throws(JSONShapeError) {
        for key in keys where optionalValue(key) != nil {
            throw .notKept("remove \(key)", at: pointer(to: key))
        }
    }

    /// A text of a closed set.
    package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ type: Choice.Type = Choice.self
    ) throws(JSONShapeError) -> Choice {
        guard let choice = Choice(rawValue: try string(key)) else {
            let known = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw .notKept("only \(known) may stand here", at: pointer(to: key))
        }
        return choice
    }

    /// An integer within bounds.
    package mutating func integer(_ key: String, in range: ClosedRange<Int64>) throws(JSONShapeError) -> Int64 {
        let integer = try integer(key)
        guard range.contains(integer) else {
            let problem = "expected \(range.lowerBound) to \(range.upperBound), found \(integer)"
            throw JSONShapeError(pointer: pointer(to: key), problem: problem)
        }
        return integer
    }

    /// The name of a policy or of a tenant.
    package mutating func identifier(_ key: String) throws(JSONShapeError) -> String {
        let text = try string(key)
        guard PolicyText.isIdentifier(text) else {
            let problem = "expected 1 to 63 of a-z, 0-9, '.' and '-', beginning and ending with a letter or digit"
            throw JSONShapeError(pointer: pointer(to: key), problem: problem)
        }
        return text
    }

    /// An instant, `YYYY-MM-DDThh:mm:ssZ`, with three digits of a second's fraction or none.
    package mutating func instant(_ key: String) throws(JSONShapeError) -> Instant {
        let text = try string(key)
        guard PolicyText.isInstant(text) else {
            let problem = "expected an instant of UTC like 2026-01-31T08:30:00Z or 2026-01-31T08:30:00.250Z"
            throw JSONShapeError(pointer: pointer(to: key), problem: problem)
        }
        do throws(TemporalError) {
            return try Instant(rfc3339: text)
        } catch {
            throw JSONShapeError(pointer: pointer(to: key), problem: error.description)
        }
    }

    /// An instant, or nil when the member is absent.
    package mutating func optionalInstant(_ key: String) throws(JSONShapeError) -> Instant? {
        try optionalString(key) == nil ? nil : instant(key)
    }

    /// The identity of a policy, or nil when the member is absent.
    package mutating func optionalPolicyHash(_ key: String) throws(JSONShapeError) -> PolicyHash? {
        guard let text = try optionalString(key) else { return nil }
        guard let hash = PolicyHash(text) else {
            let problem = "expected sha256: and 64 lower-case hexadecimal digits"
            throw JSONShapeError(pointer: pointer(to: key), problem: problem)
        }
        return hash
    }

    /// Texts by language tag, at least one.
    package mutating func texts(_ key: String) throws(JSONShapeError) -> [String: String] {
        let json = try value(key)
        guard case .object(let object) = json, !object.isEmpty else {
            let problem = "expected an object with a text by language tag, like {\"en\": \"Standard issuance\"}"
            throw JSONShapeError(pointer: pointer(to: key), problem: problem)
        }
        var texts: [String: String] = [:]
        for (tag, value) in object {
            let place = pointer(to: key).appending(tag)
            guard PolicyText.isLanguageTag(tag) else {
                throw JSONShapeError(pointer: place, problem: "expected a language tag like en or de-AT")
            }
            guard case .string(let text) = value, PolicyText.lengths.contains(text.unicodeScalars.count) else {
                let problem =
                    "expected a text of \(PolicyText.lengths.lowerBound) to "
                    + "\(PolicyText.lengths.upperBound) characters"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            texts[tag] = text
        }
        return texts
    }
}

extension JSONShapeError {
    /// A promise that the format has words for and this version would not act upon.
    package static func notKept(_ advice: String, at pointer: JSONPointer) -> JSONShapeError {
        JSONShapeError(pointer: pointer, problem: "this version does not keep such a promise; \(advice)")
    }
}

/// The forms of texts in policies, as `schemas/policy.schema.json` writes them in patterns.
enum PolicyText {
    /// In Unicode scalar values: long enough for a title in any language, short enough for a line of a page.
    static let lengths = 1...200

    static func isIdentifier(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        return isInName(first) && isInName(last)
            && bytes.allSatisfy { isInName($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// Whether digits and marks stand where `YYYY-MM-DDThh:mm:ss[.sss]Z` has them.
    static func isInstant(_ text: String) -> Bool {
        let shape = text.utf8.map { isDigit($0) ? UInt8(ascii: "0") : $0 }
        return shape.elementsEqual("0000-00-00T00:00:00Z".utf8) || shape.elementsEqual("0000-00-00T00:00:00.000Z".utf8)
    }

    static func isLanguageTag(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let language = parts.first, (2...3).contains(language.count) else { return false }
        return language.allSatisfy(isSmallLetter)
            && parts.dropFirst().allSatisfy { !$0.isEmpty && $0.allSatisfy { isInName($0) || isCapital($0) } }
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isSmallLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    private static func isInName(_ byte: UInt8) -> Bool { isSmallLetter(byte) || isDigit(byte) }
}

/// A string that is equal to another only when both have the same bytes in UTF-8. Swift's `==` also accepts other
/// normal forms of Unicode, which for IRIs and terms would make two names one.
struct CodeUnits: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: CodeUnits, right: CodeUnits) -> Bool { areEqual(left.text, right.text) }

    /// Swift's hash is the same for every normal form, so it is right for this narrower equality, too.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    static func areEqual(_ left: String, _ right: String) -> Bool {
        // Swift's comparison is the faster way to a no, and sees at once when both are one string.
        left == right && left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }
}

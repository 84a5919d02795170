/// How many years of school a text asks for: a published formula of whole numbers for each language (rule 83).
///
/// English: the automated readability index. German: the fourth of the new Vienna formulas (Bamberger and Vanecek).
/// Both are rounded up. What has no sentence end is one sentence; a fact counts as a short word.
package struct ReadingGrade: Hashable, Sendable {
    private let formula: Formula

    private enum Formula: String {
        case en, de
    }

    /// The formula of a language; nil where there is none, and no text can be published in it.
    package init?(of locale: String) {
        guard let formula = Formula(rawValue: locale) else { return nil }
        self.formula = formula
    }

    /// The grade of a text whose facts are taken out, 0 or more.
    package func grade(of text: String) -> Int64 {
        let words = text.split { !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "-" }
        let count = Int64(max(1, words.count))
        let sentences = Int64(max(1, Self.sentences(of: text)))
        switch formula {
        case .en:
            let characters = Int64(words.reduce(0) { $0 + $1.count { $0.isLetter || $0.isNumber } })
            return Self.ceiling(
                471 * characters * sentences + 50 * count * count - 2143 * count * sentences, 100 * count * sentences)
        case .de:
            let long = Int64(words.count { Self.syllables(of: $0) >= 3 })
            return Self.ceiling(
                2744 * long * 100 * sentences + 2656 * count * count - 16_930 * count * sentences,
                10_000 * count * sentences)
        }
    }

    /// Marks that end a sentence, one for several in a row, before a space or the end.
    private static func sentences(of text: String) -> Int {
        var count = 0
        var isAfterMark = false
        for character in text {
            if character == " ", isAfterMark { count += 1 }
            isAfterMark = ".!?:;".contains(character)
        }
        return count + 1
    }

    /// Groups of vowels.
    private static func syllables(of word: Substring) -> Int {
        var count = 0
        var isVowel = false
        for character in word.lowercased() {
            let next = "aeiouyäöü".contains(character)
            if next, !isVowel { count += 1 }
            isVowel = next
        }
        return count
    }

    private static func ceiling(_ number: Int64, _ divisor: Int64) -> Int64 {
        number <= 0 ? 0 : (number + divisor - 1) / divisor
    }
}

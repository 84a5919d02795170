/// A set of general categories of Unicode; each scalar value has exactly one.
struct GeneralCategories: OptionSet, Sendable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Whether the category of a scalar value is among these. A lone surrogate is `Cs`.
    func contains(_ value: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(value) else { return contains(Self.named["Cs"] ?? []) }
        return contains(Self(scalar.properties.generalCategory))
    }

    /// Every category but these.
    var complement: Self { Self.all.subtracting(self) }

    /// The value of `\p{…}`: a name, `General_Category=` and a name, or `gc=` and a name, from the table of values for
    /// General_Category that ECMA-262 section 22.2.1 takes from Unicode. Nil for any other property.
    init?(property: String) {
        let parts = property.unicodeScalars.split(separator: "=", omittingEmptySubsequences: false).map { String($0) }
        if parts.count == 2, parts[0] != "General_Category", parts[0] != "gc" { return nil }
        guard parts.count <= 2, let name = parts.last, let value = Self.named[name] else { return nil }
        self = value
    }

    private static let all = Self(rawValue: 1 << 30 - 1)

    private static let named: [String: Self] = {
        var named = ["Any": all]
        for (index, names) in Self.names.enumerated() {
            for name in names { named[name] = Self(rawValue: 1 << UInt32(index)) }
        }
        for (members, names) in Self.groups {
            let union = members.reduce(into: Self()) { $0.formUnion(named[$1] ?? []) }
            for name in names { named[name] = union }
        }
        return named
    }()

    private init(_ category: Unicode.GeneralCategory) {
        let index: UInt32 =
            switch category {
            case .uppercaseLetter: 0
            case .lowercaseLetter: 1
            case .titlecaseLetter: 2
            case .modifierLetter: 3
            case .otherLetter: 4
            case .nonspacingMark: 5
            case .spacingMark: 6
            case .enclosingMark: 7
            case .decimalNumber: 8
            case .letterNumber: 9
            case .otherNumber: 10
            case .connectorPunctuation: 11
            case .dashPunctuation: 12
            case .openPunctuation: 13
            case .closePunctuation: 14
            case .initialPunctuation: 15
            case .finalPunctuation: 16
            case .otherPunctuation: 17
            case .mathSymbol: 18
            case .currencySymbol: 19
            case .modifierSymbol: 20
            case .otherSymbol: 21
            case .spaceSeparator: 22
            case .lineSeparator: 23
            case .paragraphSeparator: 24
            case .control: 25
            case .format: 26
            case .surrogate: 27
            case .privateUse: 28
            case .unassigned: 29
            @unknown default: 29
            }
        self.init(rawValue: 1 << index)
    }

    /// The names of each category, in the order of the numbers above.
    private static let names = [
        ["Lu", "Uppercase_Letter"], ["Ll", "Lowercase_Letter"], ["Lt", "Titlecase_Letter"], ["Lm", "Modifier_Letter"],
        ["Lo", "Other_Letter"], ["Mn", "Nonspacing_Mark"], ["Mc", "Spacing_Mark"], ["Me", "Enclosing_Mark"],
        ["Nd", "Decimal_Number", "digit"], ["Nl", "Letter_Number"], ["No", "Other_Number"],
        ["Pc", "Connector_Punctuation"], ["Pd", "Dash_Punctuation"], ["Ps", "Open_Punctuation"],
        ["Pe", "Close_Punctuation"], ["Pi", "Initial_Punctuation"], ["Pf", "Final_Punctuation"],
        ["Po", "Other_Punctuation"], ["Sm", "Math_Symbol"], ["Sc", "Currency_Symbol"], ["Sk", "Modifier_Symbol"],
        ["So", "Other_Symbol"], ["Zs", "Space_Separator"], ["Zl", "Line_Separator"], ["Zp", "Paragraph_Separator"],
        ["Cc", "Control", "cntrl"], ["Cf", "Format"], ["Cs", "Surrogate"], ["Co", "Private_Use"], ["Cn", "Unassigned"],
    ]

    private static let groups: [(members: [String], names: [String])] = [
        (["Lu", "Ll", "Lt"], ["LC", "Cased_Letter"]),
        (["Lu", "Ll", "Lt", "Lm", "Lo"], ["L", "Letter"]),
        (["Mn", "Mc", "Me"], ["M", "Mark", "Combining_Mark"]),
        (["Nd", "Nl", "No"], ["N", "Number"]),
        (["Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"], ["P", "Punctuation", "punct"]),
        (["Sm", "Sc", "Sk", "So"], ["S", "Symbol"]),
        (["Zs", "Zl", "Zp"], ["Z", "Separator"]),
        (["Cc", "Cf", "Cs", "Co", "Cn"], ["C", "Other"]),
    ]
}

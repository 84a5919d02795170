extension Multibase {
    /// The bases, by their names in the registry. Where letters of one case are enough (base16, base32, base36),
    /// both cases are read.
    package enum Base: String, Hashable, Sendable, CaseIterable {
        case base2, base8, base10
        case base16, base16upper
        case base32, base32upper, base32pad, base32padupper
        case base32hex, base32hexupper, base32hexpad, base32hexpadupper
        case base32z
        case base36, base36upper
        case base58btc, base58flickr
        case base64, base64pad, base64url, base64urlpad
        case base256emoji

        init?(prefix: Unicode.Scalar) {
            guard let base = Self.byPrefix[prefix] else { return nil }
            self = base
        }

        private static let byPrefix = Dictionary(uniqueKeysWithValues: allCases.map { ($0.prefix, $0) })

        /// The first character of a text in this base.
        package var prefix: Unicode.Scalar {
            switch self {
            case .base2: "0"
            case .base8: "7"
            case .base10: "9"
            case .base16: "f"
            case .base16upper: "F"
            case .base32: "b"
            case .base32upper: "B"
            case .base32pad: "c"
            case .base32padupper: "C"
            case .base32hex: "v"
            case .base32hexupper: "V"
            case .base32hexpad: "t"
            case .base32hexpadupper: "T"
            case .base32z: "h"
            case .base36: "k"
            case .base36upper: "K"
            case .base58btc: "z"
            case .base58flickr: "Z"
            case .base64: "m"
            case .base64pad: "M"
            case .base64url: "u"
            case .base64urlpad: "U"
            case .base256emoji: "🚀"
            }
        }
    }
}

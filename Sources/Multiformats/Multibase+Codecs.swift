extension Multibase.Base {
    enum Codec {
        case bits(BitCodec)
        case radix(RadixCodec)
        case emoji
    }

    var codec: Codec {
        switch self {
        case .base2: .bits(.base2)
        case .base8: .bits(.base8)
        case .base10: .radix(.base10)
        case .base16: .bits(.base16)
        case .base16upper: .bits(.base16upper)
        case .base32: .bits(.base32)
        case .base32upper: .bits(.base32upper)
        case .base32pad: .bits(.base32pad)
        case .base32padupper: .bits(.base32padupper)
        case .base32hex: .bits(.base32hex)
        case .base32hexupper: .bits(.base32hexupper)
        case .base32hexpad: .bits(.base32hexpad)
        case .base32hexpadupper: .bits(.base32hexpadupper)
        case .base32z: .bits(.base32z)
        case .base36: .radix(.base36)
        case .base36upper: .radix(.base36upper)
        case .base58btc: .radix(.base58btc)
        case .base58flickr: .radix(.base58flickr)
        case .base64: .bits(.base64)
        case .base64pad: .bits(.base64pad)
        case .base64url: .bits(.base64url)
        case .base64urlpad: .bits(.base64urlpad)
        case .base256emoji: .emoji
        }
    }
}

extension Alphabet {
    private static let digits = "0123456789"
    private static let lower = "abcdefghijklmnopqrstuvwxyz"
    private static let upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

    fileprivate static let binary = Alphabet("01")
    fileprivate static let octal = Alphabet("01234567")
    fileprivate static let decimal = Alphabet(digits)
    fileprivate static let hexLower = Alphabet(digits + lower.prefix(6), ignoringCase: true)
    fileprivate static let hexUpper = Alphabet(digits + upper.prefix(6), ignoringCase: true)
    fileprivate static let base32Lower = Alphabet(lower + "234567", ignoringCase: true)
    fileprivate static let base32Upper = Alphabet(upper + "234567", ignoringCase: true)
    fileprivate static let extendedHexLower = Alphabet(digits + lower.prefix(22), ignoringCase: true)
    fileprivate static let extendedHexUpper = Alphabet(digits + upper.prefix(22), ignoringCase: true)
    fileprivate static let zBase32 = Alphabet("ybndrfg8ejkmcpqxot1uwisza345h769")
    fileprivate static let base36Lower = Alphabet(digits + lower, ignoringCase: true)
    fileprivate static let base36Upper = Alphabet(digits + upper, ignoringCase: true)
    fileprivate static let bitcoin = Alphabet("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
    fileprivate static let flickr = Alphabet("123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ")
    fileprivate static let base64 = Alphabet(upper + lower + digits + "+/")
    fileprivate static let base64URL = Alphabet(upper + lower + digits + "-_")
}

extension BitCodec {
    static let base2 = BitCodec(base: .base2, alphabet: .binary, bitsPerSymbol: 1)
    static let base8 = BitCodec(base: .base8, alphabet: .octal, bitsPerSymbol: 3)
    static let base16 = BitCodec(base: .base16, alphabet: .hexLower, bitsPerSymbol: 4)
    static let base16upper = BitCodec(base: .base16upper, alphabet: .hexUpper, bitsPerSymbol: 4)
    static let base32 = BitCodec(base: .base32, alphabet: .base32Lower, bitsPerSymbol: 5)
    static let base32upper = BitCodec(base: .base32upper, alphabet: .base32Upper, bitsPerSymbol: 5)
    static let base32pad = BitCodec(base: .base32pad, alphabet: .base32Lower, bitsPerSymbol: 5, paddedGroup: 8)
    static let base32padupper = BitCodec(
        base: .base32padupper, alphabet: .base32Upper, bitsPerSymbol: 5, paddedGroup: 8)
    static let base32hex = BitCodec(base: .base32hex, alphabet: .extendedHexLower, bitsPerSymbol: 5)
    static let base32hexupper = BitCodec(base: .base32hexupper, alphabet: .extendedHexUpper, bitsPerSymbol: 5)
    static let base32hexpad = BitCodec(
        base: .base32hexpad, alphabet: .extendedHexLower, bitsPerSymbol: 5, paddedGroup: 8)
    static let base32hexpadupper = BitCodec(
        base: .base32hexpadupper, alphabet: .extendedHexUpper, bitsPerSymbol: 5, paddedGroup: 8)
    static let base32z = BitCodec(base: .base32z, alphabet: .zBase32, bitsPerSymbol: 5)
    static let base64 = BitCodec(base: .base64, alphabet: .base64, bitsPerSymbol: 6)
    static let base64pad = BitCodec(base: .base64pad, alphabet: .base64, bitsPerSymbol: 6, paddedGroup: 4)
    static let base64url = BitCodec(base: .base64url, alphabet: .base64URL, bitsPerSymbol: 6)
    static let base64urlpad = BitCodec(base: .base64urlpad, alphabet: .base64URL, bitsPerSymbol: 6, paddedGroup: 4)
}

extension RadixCodec {
    static let base10 = RadixCodec(base: .base10, alphabet: .decimal)
    static let base36 = RadixCodec(base: .base36, alphabet: .base36Lower)
    static let base36upper = RadixCodec(base: .base36upper, alphabet: .base36Upper)
    static let base58btc = RadixCodec(base: .base58btc, alphabet: .bitcoin)
    static let base58flickr = RadixCodec(base: .base58flickr, alphabet: .flickr)
}

/// The symbols of one base, all ASCII, and the way back from a byte to its value.
struct Alphabet: Sendable {
    /// The symbol of each value.
    let symbols: [UInt8]
    /// The value of each byte; ``notASymbol`` for the rest.
    let values: [UInt8]

    static let notASymbol: UInt8 = 0xFF

    /// With `ignoringCase`, letters of the other case have the same values when decoding.
    init(_ text: String, ignoringCase: Bool = false) {
        symbols = Array(text.utf8)
        var values = [UInt8](repeating: Self.notASymbol, count: 256)
        for (value, symbol) in symbols.enumerated() {
            values[Int(symbol)] = UInt8(value)
            let isLetter = symbol >= UInt8(ascii: "A")
            if ignoringCase, isLetter {
                // ASCII letters differ in case by one bit.
                values[Int(symbol ^ 0x20)] = UInt8(value)
            }
        }
        self.values = values
    }
}

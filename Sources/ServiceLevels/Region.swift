/// By which law an institution stands: a country code of ISO 3166-1 alpha-2, such as `DE`. Whether there is such a
/// country is for those to know who state it.
package struct Region: RawRepresentable, Hashable, Sendable {
    /// Two capital letters.
    package let rawValue: String

    /// Nil for anything but two capital letters of ASCII.
    package init?(rawValue: String) {
        guard rawValue.utf8.count == 2, rawValue.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
        self.rawValue = rawValue
    }
}

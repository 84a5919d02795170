import CanonicalJSON
import Compensation

extension ObjectReader {
    /// The largest price, in minor units: ten million of a currency with two digits.
    static let largestPrice: Int64 = 1_000_000_000

    /// What was paid for a request: `{"unit", "minor"}`, in a currency; nothing is a price too.
    mutating func price(_ key: String) throws(JSONShapeError) -> Amount {
        var reader = try object(key)
        guard let unit = UnitOfAccount(rawValue: try reader.string("unit")), unit.isMoney else {
            let problem = "expected the three capital letters of a currency, as in ISO 4217"
            throw JSONShapeError(pointer: reader.pointer(to: "unit"), problem: problem)
        }
        let minor = try reader.integer("minor")
        guard (0...Self.largestPrice).contains(minor) else {
            let problem = "expected 0 to \(Self.largestPrice) minor units, found \(minor)"
            throw JSONShapeError(pointer: reader.pointer(to: "minor"), problem: problem)
        }
        try reader.finish()
        return Amount(minor, unit)
    }

    /// As ``price(_:)``, where nobody need say one.
    mutating func optionalPrice(_ key: String) throws(JSONShapeError) -> Amount? {
        try optionalObject(key) == nil ? nil : price(key)
    }
}

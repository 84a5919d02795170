package import CanonicalJSON
package import ServiceLevels

extension ObjectReader {
    /// The member `region`: a country code of two capital letters; nil when it is absent.
    package mutating func optionalRegion() throws(JSONShapeError) -> Region? {
        guard let text = try optionalString("region") else { return nil }
        guard let region = Region(rawValue: text) else {
            throw JSONShapeError(
                pointer: pointer(to: "region"), problem: "expected a country code of two capital letters, as DE")
        }
        return region
    }
}

import Foundation
import TestSupport

/// The JSON file of published test data at `path`, decoded.
func published<Value: Decodable>(_ path: String, as type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(Conformance.bytes(path)))
}

/// Base64url without padding, as JSON Web Keys and signatures write it; nil if it is not that.
func base64URL(_ text: some StringProtocol) -> [UInt8]? {
    guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
    let base64 = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
    let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
    return Data(base64Encoded: base64 + padding).map { [UInt8]($0) }
}

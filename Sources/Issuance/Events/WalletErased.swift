package import CanonicalJSON
import Multiformats

/// What entries about one person's wallet and coupons commit to was destroyed. Which entries these are opens under the
/// institution's own key.
package struct WalletErased: EventContent {
    package static let type = "wallet.erased"
    package let tenant: TenantID
    /// The entries.
    package let entries: [Int64]
    /// The names under which their idempotency keys are remembered (`ErasedNames`).
    package let answers: [[UInt8]]

    init(tenant: TenantID, entries: [Int64], answers: [[UInt8]]) {
        self.tenant = tenant
        self.entries = entries
        self.answers = answers
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        var kept = try openings.object("kept")
        entries = try kept.array("entries").map { (json, place) throws(JSONShapeError) in
            guard let seq = json.integerValue else {
                throw JSONShapeError(pointer: place, problem: "expected the number of an entry")
            }
            return seq
        }
        answers = try kept.array("answers").map { (json, place) throws(JSONShapeError) in
            guard let bytes = json.stringValue.flatMap({ try? Base64.decode($0) }) else {
                throw JSONShapeError(pointer: place, problem: "expected base64")
            }
            return bytes
        }
        try kept.finish()
    }

    package var facts: JSONObject { ["tenant": .string(tenant.text)] }

    package var openings: JSONObject {
        [
            "kept": [
                "entries": .array(entries.map(JSON.integer)),
                "answers": .array(answers.map { .string(Base64.encode($0)) }),
            ]
        ]
    }
}

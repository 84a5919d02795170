package import CanonicalJSON
import Credentials
import Temporal

/// What an institution asks for, read strictly from the body of `POST /v1/requests`.
package struct RequestDraft: Sendable {
    package let credential: UnsecuredCredential
    package let holder: Holder
    package let tier: Tier
    package let review: Review

    /// - Throws: a `Refusal` that points at what is wrong.
    package init(_ body: JSON) throws(Refusal) {
        do throws(JSONShapeError) {
            var reader = try ObjectReader(body)
            let document = try reader.value("credential")
            var person = try reader.object("holder")
            holder = Holder(
                id: try person.bounded("id", Holder.maximumIDBytes),
                email: try person.optionalString("email").map { (text) throws(JSONShapeError) in
                    try email(text, at: person.pointer(to: "email"))
                })
            try person.finish()
            tier = try reader.parsed("tier") { Tier(rawValue: $0) }
            review = try reader.parsed("review") { Review(rawValue: $0) }
            try reader.finish()
            credential = try Self.credential(document)
        } catch {
            throw Refusal(.invalidRequest, error.problem, at: error.pointer.description)
        }
    }
}

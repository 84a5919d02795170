package import CanonicalJSON
package import Compensation
import ServiceLevels

/// What an institution asks for, read strictly from the body of `POST /v1/requests`.
package struct RequestDraft: Sendable {
    package let credential: RequestedCredential
    /// By whom and how it is to be signed.
    package let order: SigningOrder
    package let holder: Holder
    package let tier: Tier
    package let review: Review
    /// What was paid for it; nil where the institution does not say.
    package let price: Amount?
    /// Whether a free issuance of the holder pays for it.
    package let isPaidWithIssuance: Bool
    /// The request of the same holder that ended without a credential, after which this one comes.
    package let resubmissionOf: RequestID?

    /// How a request may be paid for here; else the institution settles it elsewhere.
    private static let freeIssuance = "free-issuance"

    /// - Throws: a `Refusal` that points at what is wrong.
    package init(_ body: JSON) throws(Refusal) {
        let document: JSON
        do throws(JSONShapeError) {
            var reader = try ObjectReader(body)
            document = try reader.value("credential")
            var person = try reader.object("holder")
            holder = try Holder(&person)
            try person.finish()
            tier = try reader.choice("tier")
            review = try reader.choice("review")
            price = try reader.optionalPrice("price")
            order = try SigningOrder(&reader)
            isPaidWithIssuance =
                try reader.optionalString("pay").map { (word) throws(JSONShapeError) in
                    guard word == Self.freeIssuance else {
                        throw JSONShapeError(
                            pointer: reader.pointer(to: "pay"), problem: "only \(Self.freeIssuance) may stand here")
                    }
                    return true
                } ?? false
            guard !isPaidWithIssuance || price == nil else {
                throw JSONShapeError(
                    pointer: reader.pointer(to: "pay"), problem: "what a free issuance pays for has no price")
            }
            resubmissionOf = try reader.optionalRequestID("resubmissionOf")
            try reader.finish()
        } catch {
            throw Refusal(.invalidRequest, error.problem, at: error.pointer.description)
        }
        credential = try RequestedCredential(document)
    }
}

extension Holder {
    fileprivate init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        id = try reader.string("id")
        email = try reader.optionalString("email")
        guard (1...Self.maximumIDBytes).contains(id.utf8.count), !id.utf8.contains(where: { $0 < 0x20 }) else {
            let problem = "expected 1 to \(Self.maximumIDBytes) bytes without control characters"
            throw JSONShapeError(pointer: reader.pointer(to: "id"), problem: problem)
        }
        guard email.map(Self.isAddress) ?? true else {
            let problem = "expected an address like name@example.org, of at most \(Self.maximumEmailBytes) bytes"
            throw JSONShapeError(pointer: reader.pointer(to: "email"), problem: problem)
        }
    }

    /// Whether something stands on both sides of one last `@`, and nothing that would break a header. Whether the
    /// address exists, only a letter can tell.
    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= maximumEmailBytes, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }),
            let at = text.utf8.lastIndex(of: UInt8(ascii: "@"))
        else { return false }
        return at > text.utf8.startIndex && text.utf8.index(after: at) < text.utf8.endIndex
    }
}

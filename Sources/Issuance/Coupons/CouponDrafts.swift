package import CanonicalJSON
package import Compensation
import Cryptography
import JOSE
import Multiformats
import Temporal

/// Coupons that somebody wants to mint, read strictly from a body.
package struct CouponMintDraft: Sendable {
    let kind: CouponKind
    let unit: String
    let minor: Int64
    let until: Instant
    let count: Int
    let reason: CouponReason
    let holder: String?
    let keyThumbprint: String?
    let note: String?

    /// The most that one coupon is worth.
    package static let largestAmount: Int64 = 1_000_000_000

    /// - Throws: `JSONShapeError` with the place of what is wrong.
    package init(_ body: JSON) throws(JSONShapeError) {
        var reader = try ObjectReader(body)
        kind = try reader.word("kind")
        let name = try reader.string("unit")
        guard let unit = UnitOfAccount(rawValue: name), unit.isWorthOfCoupons else {
            throw JSONShapeError(pointer: reader.pointer(to: "unit"), problem: "no coupon is worth any of this")
        }
        self.unit = unit.rawValue
        minor = try reader.integer("minor", from: 1, to: Self.largestAmount)
        until = try reader.parsed("until") { try? Instant(rfc3339: $0) }
        let count = try reader.optionalValue("count").map { (json) throws(JSONShapeError) in
            guard let count = json.integerValue, 1...Int64(CouponOrder.maximumCount) ~= count else {
                throw JSONShapeError(
                    pointer: reader.pointer(to: "count"), problem: "expected 1 to \(CouponOrder.maximumCount)")
            }
            return Int(count)
        }
        self.count = count ?? 1
        reason = try reader.word("reason")
        holder = try reader.optionalHolderName("holder")
        keyThumbprint = try reader.optionalString("keyThumbprint")
        guard holder == nil || keyThumbprint == nil else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "keyThumbprint"), problem: "a coupon is bound to a holder or to a key")
        }
        guard keyThumbprint.map({ (try? Base64URL.decode($0))?.count == 32 }) ?? true else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "keyThumbprint"),
                problem: "expected a JWK thumbprint (RFC 7638, SHA-256) in base64url")
        }
        note = try reader.shortText("note")
        try reader.finish()
    }
}

/// A code that somebody presents, read strictly from a body.
package struct CouponPresentation: Sendable {
    let code: String
    let minor: Int64?
    let holder: String?
    let reference: String?
    let proof: Proof?
    /// How long a cart holds it; nil to redeem.
    let length: Milliseconds?

    /// A signature by the key that the coupon may be bound to.
    struct Proof: Sendable {
        let key: JSONWebKey
        let signature: [UInt8]
    }

    /// - Parameter isReservation: whether `timeoutSeconds` must be there, or must not.
    package init(_ body: JSON, isReservation: Bool) throws(JSONShapeError) {
        var reader = try ObjectReader(body)
        code = try reader.string("code")
        minor = try reader.optionalValue("minor").map { (json) throws(JSONShapeError) in
            guard let minor = json.integerValue, 1...CouponMintDraft.largestAmount ~= minor else {
                throw JSONShapeError(pointer: reader.pointer(to: "minor"), problem: "expected an amount")
            }
            return minor
        }
        holder = try reader.optionalHolderName("holder")
        reference = try reader.shortText("reference")
        proof = try reader.optionalObject("proof").map { (object) throws(JSONShapeError) in
            var proof = object
            let place = proof.pointer(to: "jwk")
            let signature = try proof.parsed("signature") { try? Base64URL.decode($0) }
            let json = try proof.value("jwk")
            try proof.finish()
            guard let key = try? JSONWebKey(json), key.isForCoupons else {
                throw JSONShapeError(pointer: place, problem: "expected a public key, Ed25519 or P-256 (RFC 7517)")
            }
            return Proof(key: key, signature: signature)
        }
        if isReservation {
            let most = Situation.maximumCouponReservation.count / 1000
            length = .seconds(try reader.integer("timeoutSeconds", from: 1, to: most))
        } else {
            length = nil
        }
        try reader.finish()
    }

    /// What the key signs: these lines in UTF-8. With the idempotency key, so that a signature serves one redemption.
    package static func signedText(tenant: String, code: CouponCode, idempotencyKey: String) -> [UInt8] {
        Array("punctual coupon v1\n\(tenant)\n\(code.compact)\n\(idempotencyKey)".utf8)
    }

    /// The thumbprint of the key whose possession is proven; nil without a proof.
    ///
    /// - Throws: `Refusal` when the signature is not by that key.
    func provenThumbprint(_ tenant: TenantID, _ code: CouponCode, _ idempotency: Idempotency) throws(Refusal) -> String?
    {
        guard let proof else { return nil }
        let text = Self.signedText(tenant: tenant.text, code: code, idempotencyKey: idempotency.key)
        guard proof.key.publicKey.isValidSignature(proof.signature, for: text) else {
            throw Refusal(
                .couponBound, "The signature is not by this key over the tenant, the code and the Idempotency-Key.",
                at: "/proof/signature")
        }
        return Base64URL.encode(proof.key.thumbprint.bytes)
    }
}

extension JSONWebKey {
    fileprivate var isForCoupons: Bool { publicKey.algorithm == .edDSA || publicKey.algorithm == .es256 }
}

extension ObjectReader {
    /// One of a closed set of words.
    package mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ type: Word.Type = Word.self
    ) throws(JSONShapeError) -> Word {
        guard let word = Word(rawValue: try string(key)) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "not known here. " + Refusal.listing(Word.self))
        }
        return word
    }

    /// An integer within bounds.
    mutating func integer(_ key: String, from least: Int64, to most: Int64) throws(JSONShapeError) -> Int64 {
        let integer = try integer(key)
        guard least...most ~= integer else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected \(least) to \(most)")
        }
        return integer
    }

    /// The id of a holder, if it is there.
    mutating func optionalHolderName(_ key: String) throws(JSONShapeError) -> String? {
        guard let id = try optionalString(key) else { return nil }
        guard (1...Holder.maximumIDBytes).contains(id.utf8.count), !id.utf8.contains(where: { $0 < 0x20 }) else {
            throw JSONShapeError(
                pointer: pointer(to: key), problem: "expected the id of a holder, 1 to \(Holder.maximumIDBytes) bytes")
        }
        return id
    }
}

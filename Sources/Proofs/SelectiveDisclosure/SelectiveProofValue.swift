package import CanonicalJSON
import Credentials
package import Cryptography
import Multiformats

/// What the issuer of a selectively disclosable document gives to its holder only: `proofValue` of a base proof
/// ([3.5.2 and 3.5.3](https://www.w3.org/TR/vc-di-ecdsa/#serializebaseproofvalue)).
package struct BaseProofValue: Hashable, Sendable {
    /// The issuer's signature over the proof's options, the proof's own key and what is mandatory.
    package let baseSignature: [UInt8]
    /// The proof's own key, which signed each statement that may be left out.
    package let publicKey: ECDSAPublicKey
    /// What the names of blank nodes are made with.
    package let hmacKey: [UInt8]
    /// One for each statement that may be left out, in the order of the statements.
    package let signatures: [[UInt8]]
    /// JSON Pointers to what is always shown.
    package let mandatoryPointers: [String]

    static let header: [UInt8] = [0xD9, 0x5D, 0x00]
    /// The specification gives HMAC keys the length of the digest.
    static let hmacKeyByteCount = 32

    /// A value from its parts.
    package init(
        baseSignature: [UInt8], publicKey: ECDSAPublicKey, hmacKey: [UInt8], signatures: [[UInt8]],
        mandatoryPointers: [String]
    ) {
        (self.baseSignature, self.publicKey, self.hmacKey) = (baseSignature, publicKey, hmacKey)
        (self.signatures, self.mandatoryPointers) = (signatures, mandatoryPointers)
    }

    /// The text of `proofValue`.
    package var multibase: String {
        let components = CBOR.array([
            .bytes(baseSignature), .bytes(publicKey.multikeyBytes), .bytes(hmacKey),
            .array(signatures.map(CBOR.bytes)), .array(mandatoryPointers.map(CBOR.text)),
        ])
        return Multibase.encode(Self.header + components.encoded, as: .base64url)
    }

    /// Reads the text, which stands at `place`.
    package init(multibase text: String, at place: JSONPointer = JSONPointer()) throws(ProofError) {
        let components = try SelectiveProofValue.components(of: text, header: Self.header, at: place)
        guard let baseSignature = components[0].bytes(count: SelectiveProofValue.signatureByteCount),
            let publicKey = ECDSAPublicKey(multikey: components[1]),
            let hmacKey = components[2].bytes(count: Self.hmacKeyByteCount),
            let signatures = components[3].elements({ $0.bytes(count: SelectiveProofValue.signatureByteCount) }),
            let pointers = components[4].elements({ if case .text(let pointer) = $0 { pointer } else { nil } })
        else { throw SelectiveProofValue.malformed(at: place) }
        self.init(
            baseSignature: baseSignature, publicKey: publicKey, hmacKey: hmacKey, signatures: signatures,
            mandatoryPointers: pointers)
    }
}

/// What a holder shows: `proofValue` of a derived proof
/// ([3.5.7 and 3.5.8](https://www.w3.org/TR/vc-di-ecdsa/#serializederivedproofvalue)).
package struct DerivedProofValue: Hashable, Sendable {
    /// As in the base proof.
    package let baseSignature: [UInt8]
    /// As in the base proof.
    package let publicKey: ECDSAPublicKey
    /// One for each statement that is shown and could have been left out.
    package let signatures: [[UInt8]]
    /// The names of the blank nodes of what is shown.
    package let labelMap: LabelMap
    /// Which of the statements that are shown are always shown, ascending.
    package let mandatoryIndexes: [Int]

    static let header: [UInt8] = [0xD9, 0x5D, 0x01]

    /// A value from its parts.
    package init(
        baseSignature: [UInt8], publicKey: ECDSAPublicKey, signatures: [[UInt8]], labelMap: LabelMap,
        mandatoryIndexes: [Int]
    ) {
        (self.baseSignature, self.publicKey, self.signatures) = (baseSignature, publicKey, signatures)
        (self.labelMap, self.mandatoryIndexes) = (labelMap, mandatoryIndexes)
    }

    /// The text of `proofValue`.
    package var multibase: String {
        let components = CBOR.array([
            .bytes(baseSignature), .bytes(publicKey.multikeyBytes), .array(signatures.map(CBOR.bytes)),
            labelMap.compressed, .array(mandatoryIndexes.map { .integer(UInt64($0)) }),
        ])
        return Multibase.encode(Self.header + components.encoded, as: .base64url)
    }

    /// Reads the text, which stands at `place`.
    package init(multibase text: String, at place: JSONPointer = JSONPointer()) throws(ProofError) {
        let components = try SelectiveProofValue.components(of: text, header: Self.header, at: place)
        guard let baseSignature = components[0].bytes(count: SelectiveProofValue.signatureByteCount),
            let publicKey = ECDSAPublicKey(multikey: components[1]),
            let signatures = components[2].elements({ $0.bytes(count: SelectiveProofValue.signatureByteCount) }),
            let labelMap = LabelMap(compressed: components[3]),
            let indexes = components[4].elements({
                if case .integer(let index) = $0 { Int(exactly: index) } else { nil }
            }),
            zip(indexes, indexes.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw SelectiveProofValue.malformed(at: place) }
        self.init(
            baseSignature: baseSignature, publicKey: publicKey, signatures: signatures, labelMap: labelMap,
            mandatoryIndexes: indexes)
    }
}

/// What both forms of `proofValue` share.
enum SelectiveProofValue {
    /// `r || s` on P-256.
    static let signatureByteCount = 64

    /// The five parts behind the header.
    fileprivate static func components(
        of text: String, header: [UInt8], at place: JSONPointer
    ) throws(ProofError) -> [CBOR] {
        let bytes: [UInt8]
        do {
            bytes = try Multibase.decode(text, in: .base64url)
        } catch {
            throw ProofError(.proofVerification, at: place, "is not in multibase base64url: \(error)")
        }
        guard bytes.starts(with: header) else {
            let isBase = bytes.starts(with: BaseProofValue.header)
            throw ProofError(
                .proofVerification, at: place,
                isBase
                    ? "is a base proof, which is for the holder only: derive a proof from it and show that"
                    : "has not the header of \(header == BaseProofValue.header ? "a base" : "a derived") proof")
        }
        guard case .array(let components)? = try? CBOR(decoding: bytes[header.count...]), components.count == 5 else {
            throw malformed(at: place)
        }
        return components
    }

    fileprivate static func malformed(at place: JSONPointer) -> ProofError {
        ProofError(.proofVerification, at: place, "has not the five parts that ecdsa-sd-2023 says, each in its form")
    }
}

extension ECDSAPublicKey {
    /// The key with the two bytes of its type in front.
    var multikeyBytes: [UInt8] {
        let code = Multikey(self).type.rawValue
        return [UInt8(code >> 8), UInt8(code & 0xFF)] + compressedPoint
    }

    /// A key on P-256 in that form; nil for everything else.
    fileprivate convenience init?(multikey: CBOR) {
        guard let bytes = multikey.bytes(count: 2 + Multikey.KeyType.p256PublicKey.byteCount),
            bytes.starts(with: [0x80, 0x24])
        else { return nil }
        do {
            try self.init(curve: .p256, point: Array(bytes[2...]))
        } catch {
            return nil
        }
    }
}

import Cryptography
import Multiformats

/// What the blank nodes of a document are called instead of `c14n0`, `c14n1` and so on, in this order: pseudorandom
/// names, so that the number of a node does not tell how many others there are.
package struct LabelMap: Hashable, Sendable {
    /// The names, without `_:`.
    package let labels: [String]

    /// A name is `u` and 32 bytes in base64url.
    static let digestByteCount = 32

    /// [3.4.4, createHmacIdLabelMapFunction](https://www.w3.org/TR/vc-di-ecdsa/#createhmacidlabelmapfunction).
    package init(hmacKey: [UInt8], count: Int) {
        labels = (0..<count).map { number in
            Self.label(HMACSHA256.authenticate(key: hmacKey, Array("c14n\(number)".utf8)).bytes)
        }
    }

    /// Names that are known already.
    package init(labels: [String]) { self.labels = labels }

    private static func label(_ digest: [UInt8]) -> String { Multibase.encode(digest, as: .base64url) }

    /// [3.5.5, compressLabelMap](https://www.w3.org/TR/vc-di-ecdsa/#compresslabelmap).
    var compressed: CBOR {
        .map(
            labels.enumerated().map { number, label in
                guard let digest = try? Multibase.decode(label, in: .base64url) else {
                    preconditionFailure("labels are made here, or were read here")
                }
                return CBOR.Entry(key: UInt64(number), value: .bytes(digest))
            })
    }

    /// [3.5.6, decompressLabelMap](https://www.w3.org/TR/vc-di-ecdsa/#decompresslabelmap); nil unless it names the
    /// nodes from 0 on without a gap. No two may have one name: that would make two people of a document one in what
    /// was signed.
    init?(compressed: CBOR) {
        guard case .map(let entries) = compressed else { return nil }
        var labels: [String] = []
        for (number, entry) in entries.enumerated() {
            guard entry.key == UInt64(number), let digest = entry.value.bytes(count: Self.digestByteCount) else {
                return nil
            }
            labels.append(Self.label(digest))
        }
        guard Set(labels).count == labels.count else { return nil }
        self.labels = labels
    }
}

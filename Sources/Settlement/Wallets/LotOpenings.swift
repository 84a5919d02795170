import CanonicalJSON
import Cryptography
import Multiformats
package import TransparencyLog

/// What the parties can show of wallets, and the log does not tell: which lots were taken, and whose each lot is.
package struct LotOpenings: Sendable {
    /// What `lots` of the entry of that number opens to; nil where the caller has nothing, as after an erasure.
    let lots: @Sendable (_ seq: UInt64) -> Opening?
    /// A name that is the same for all lots of one holder at one institution, and no others; nil for lots of somebody
    /// who was erased.
    let holder: @Sendable (_ claimKey: String) -> String?

    /// See the members.
    package init(
        lots: @escaping @Sendable (_ seq: UInt64) -> Opening?,
        holder: @escaping @Sendable (_ claimKey: String) -> String?
    ) {
        self.lots = lots
        self.holder = holder
    }

    /// Nothing is shown: only sums are judged.
    package static let none = LotOpenings(lots: { _ in nil }, holder: { _ in nil })
}

/// A part of a lot.
struct LotShare: Equatable, CustomStringConvertible {
    let claimKey: String
    let minor: Int64

    var description: String { "\(minor) of \(claimKey.prefix(8))" }

    /// The parts that an opening lists; nil when it opens something else than the entry commits to.
    static func list(_ opening: Opening, of frame: EntryFrame) -> [LotShare]? {
        guard let range = frame.lots,
            let bytes = try? Base64.decode(frame.bytes.text(range.dropFirst().dropLast())),
            SHA256Digest(bytes).map(Commitment.init) == opening.commitment, opening.field == "lots",
            let list = (try? JSON(parsing: opening.value))?.arrayValue
        else { return nil }
        var shares: [LotShare] = []
        for json in list {
            guard json.objectValue?.count == 2, let key = json["claimKey"]?.stringValue,
                let minor = json["minor"]?.integerValue, minor > 0
            else { return nil }
            shares.append(LotShare(claimKey: key, minor: minor))
        }
        return shares
    }
}

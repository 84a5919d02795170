package import Compensation
import ServiceLevels
import Synchronization

/// Where the secrets of coupon codes are, by version; the service makes none.
package struct CouponVault: Sendable {
    let key: @Sendable (Int) throws -> CouponKey?

    /// - Parameter key: nil where there is no key of that version.
    package init(_ key: @escaping @Sendable (Int) throws -> CouponKey?) { self.key = key }

    /// No coupons are minted or known.
    package static let empty = CouponVault { _ in nil }
}

/// The keys that were asked for, kept.
final class CouponKeys: Sendable {
    private let vault: CouponVault
    private let known = Mutex<[Int: CouponKey]>([:])

    init(_ vault: CouponVault) { self.vault = vault }

    /// - Throws: `Refusal` when there is no such key.
    func key(_ version: Int) throws -> CouponKey {
        if let key = known.withLock({ $0[version] }) { return key }
        guard CouponKey.versions.contains(version), let key = try vault.key(version) else {
            throw Refusal(
                .couponUnavailable,
                "The key of coupons of version \(version) is not here; see `punctual coupon rotate-key`."
            )
        }
        known.withLock { $0[version] = key }
        return key
    }
}

/// What minting needs to know: the version that signs now, and what may be minted.
package struct CouponBook: Sendable {
    /// The version that new codes have.
    private(set) var version = CouponKey.versions.lowerBound
    private var limits: [Place: Limits] = [:]

    private struct Place: Hashable {
        let tenant: TenantID
        let unit: String
    }

    /// How much may be minted in 30 days, and by one member of staff in 24 hours.
    struct Limits: Sendable {
        let budget: Int64
        let perAgent: Int64
    }

    mutating func apply(_ fact: CouponFact) throws {
        switch fact {
        case .key(let added):
            guard let next = Int(exactly: added.version), next > version, CouponKey.versions.contains(next) else {
                throw StoreError.corrupt("version \(added.version) of coupons follows version \(version)")
            }
            version = next
        case .limits(let set):
            limits[Place(tenant: set.tenant, unit: set.unit)] = Limits(budget: set.budget, perAgent: set.perAgent)
        default: break
        }
    }

    func limits(of tenant: TenantID, _ unit: String) -> Limits? { limits[Place(tenant: tenant, unit: unit)] }
}

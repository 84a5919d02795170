import Compensation
import Cryptography
import Issuance

/// The secrets of coupon codes, one file for each version; made here by the operator's commands, and only read by the
/// service. A secret is kept in the form of a key file, so that it is encrypted and guarded like the others.
extension DataDirectory {
    private func couponKeyFile(_ version: Int) -> String { keys + "/coupon-\(version).pem" }

    /// Makes the secret of one version, unless it is there.
    package func makeCouponKey(version: Int, on machine: Machine) throws {
        guard CouponKey.versions.contains(version) else {
            throw HostingError("codes have versions \(CouponKey.versions), not \(version)")
        }
        guard !isThere(couponKeyFile(version)) else { return }
        try KeyFile.write(
            try Ed25519PrivateKey(seed: machine.randomBytes(32)), to: couponKeyFile(version),
            passphrase: machine.passphrase)
    }

    /// The keys that the service finds here.
    func couponVault(_ machine: Machine) -> CouponVault {
        CouponVault { version in
            let file = couponKeyFile(version)
            guard isThere(file) else { return nil }
            let key: Ed25519PrivateKey = try KeyFile.read(path: file, passphrase: machine.passphrase)
            return CouponKey(version: version, secret: key.seed)
        }
    }
}

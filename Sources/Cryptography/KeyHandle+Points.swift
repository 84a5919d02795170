import COpenSSL

extension KeyHandle {
    /// The public key at an encoded point (SEC 1, 2.3.4), or nil if it is not on the curve.
    convenience init?(point: [UInt8], on curve: Curve) {
        guard let key = unsafe ec_public_key(curve.parameters.pointer, point, point.count) else {
            LibraryErrors.clear()
            return nil
        }
        unsafe self.init(owning: key)
    }
}

extension Curve {
    private static let p256Parameters = parameters(of: .p256)
    private static let p384Parameters = parameters(of: .p384)

    /// The curve as OpenSSL has it, made once: most of the cost of reading a key is to look its curve up.
    fileprivate var parameters: KeyHandle {
        switch self {
        case .p256: Self.p256Parameters
        case .p384: Self.p384Parameters
        }
    }

    private static func parameters(of curve: Curve) -> KeyHandle {
        guard let parameters = unsafe ec_parameters(curve.libraryName) else {
            fatalError("\(LibraryErrors.take(during: "set up \(curve)"))")
        }
        return unsafe KeyHandle(owning: parameters)
    }
}

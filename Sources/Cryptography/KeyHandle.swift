import COpenSSL
import Glibc

/// Owns one `EVP_PKEY` of OpenSSL; no other type frees one.
///
/// Sendable although it holds a C pointer, because the key is never changed after creation: OpenSSL lets any number of
/// threads use one key (its reference count is atomic, its cache of provider keys has a lock of its own).
@safe final class KeyHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes ownership of a key that nothing changes any more.
    init(owning pointer: OpaquePointer) {
        unsafe self.pointer = unsafe pointer
    }

    /// OpenSSL wipes the secret part as it frees the key.
    deinit { unsafe EVP_PKEY_free(pointer) }

    /// The key in `SubjectPublicKeyInfo` form ([RFC 5280, 4.1](https://www.rfc-editor.org/rfc/rfc5280#section-4.1)),
    /// or nil if OpenSSL refuses it.
    convenience init?(publicKeyInfo: [UInt8]) {
        let key = unsafe publicKeyInfo.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return unsafe d2i_PUBKEY(nil, &start, bytes.count)
        }
        guard let key = unsafe key else {
            LibraryErrors.clear()
            return nil
        }
        unsafe self.init(owning: key)
    }

    /// The key in `PrivateKeyInfo` form ([RFC 5958, 2](https://www.rfc-editor.org/rfc/rfc5958#section-2)), or nil if
    /// OpenSSL refuses it. To wipe `privateKeyInfo` is the caller's work.
    convenience init?(privateKeyInfo: [UInt8]) {
        let key = unsafe privateKeyInfo.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &start, bytes.count)
        }
        guard let key = unsafe key else {
            LibraryErrors.clear()
            return nil
        }
        unsafe self.init(owning: key)
    }

    /// What the key is for, or nil if it is for nothing that this room does.
    var kind: KeyKind? {
        if isNamed("ED25519") { return .ed25519 }
        if isNamed("RSA") { return .rsa }
        guard isNamed("EC") else { return nil }
        var name = [CChar](repeating: 0, count: 64)
        guard unsafe EVP_PKEY_get_group_name(pointer, &name, name.count, nil) == 1 else {
            LibraryErrors.clear()
            return nil
        }
        return Curve.allCases.first { unsafe strcmp($0.libraryName, name) == 0 }.map(KeyKind.ecdsa)
    }

    private func isNamed(_ name: String) -> Bool {
        unsafe EVP_PKEY_is_a(pointer, name) == 1
    }

    /// Whether the parts of a private key are in range and belong together. Tests primes, so a usual RSA key takes some
    /// tenths of a second, and one beyond the size that we accept is not looked at.
    var isSound: Bool {
        let context = unsafe EVP_PKEY_CTX_new(pointer, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_get_bits(pointer) <= RSAPublicKey.modulusBits.upperBound,
            unsafe context != nil, unsafe EVP_PKEY_check(context) == 1
        else {
            LibraryErrors.clear()
            return false
        }
        return true
    }

    /// The number that OpenSSL calls `name`, big-endian in `count` bytes (in as few as it needs, without `count`).
    func number(_ name: String, count: Int? = nil) -> [UInt8]? {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(pointer, name, &number) == 1 else {
            LibraryErrors.clear()
            return nil
        }
        defer { unsafe BN_clear_free(number) }
        let count = unsafe count ?? Int(BN_num_bits(number) + 7) / 8
        var bytes = [UInt8](repeating: 0, count: count)
        return unsafe BN_bn2binpad(number, &bytes, Int32(count)) < 0 ? nil : bytes
    }
}

/// The kinds of keys that this room knows.
enum KeyKind: Hashable, CustomStringConvertible {
    case ed25519
    case ecdsa(Curve)
    case rsa

    var description: String {
        switch self {
        case .ed25519: "Ed25519"
        case .ecdsa(let curve): "ECDSA \(curve)"
        case .rsa: "RSA"
        }
    }
}

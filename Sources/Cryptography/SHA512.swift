import COpenSSL

/// SHA-384 (FIPS 180-4) in one call.
package enum SHA384 {
    /// The 48 bytes of the hash of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(of: bytes, by: EVP_sha384())
    }
}

/// SHA-512 (FIPS 180-4) in one call.
package enum SHA512 {
    /// The 64 bytes of the hash of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        unsafe digest(of: bytes, by: EVP_sha512())
    }
}

private func digest(of bytes: [UInt8], by algorithm: OpaquePointer?) -> [UInt8] {
    var digest = unsafe [UInt8](repeating: 0, count: Int(EVP_MD_get_size(algorithm)))
    guard unsafe EVP_Digest(bytes, bytes.count, &digest, nil, algorithm, nil) == 1 else {
        fatalError("\(LibraryErrors.take(during: "hash"))")
    }
    return digest
}

import COpenSSL

/// Owns one `TS_RESP`, for the length of one call.
@safe final class TimestampResponseHandle {
    private let pointer: OpaquePointer

    /// The whole of `der`, no more and no less.
    init(_ der: [UInt8]) throws(TimestampError) {
        guard der.count <= TimestampResponse.maximumByteCount else {
            throw .malformed("more than \(TimestampResponse.maximumByteCount) bytes")
        }
        defer { LibraryErrors.clear() }
        let (response, isWhole) = unsafe der.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            let response = unsafe d2i_TS_RESP(nil, &next, bytes.count)
            let end = unsafe bytes.baseAddress.map { unsafe $0 + bytes.count }
            return unsafe (response, next == end)
        }
        guard let response = unsafe response else { throw .malformed("the bytes are not the DER of one") }
        unsafe pointer = response
        guard isWhole else { throw .malformed("bytes follow it") }
    }

    deinit { unsafe TS_RESP_free(pointer) }

    /// `PKIStatus`, or nil when it is no small number.
    var status: Int? {
        let status = unsafe ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(pointer)))
        return 0...Int(UInt8.max) ~= status ? status : nil
    }

    var hasToken: Bool { unsafe TS_RESP_get_token(pointer) != nil && TS_RESP_get_tst_info(pointer) != nil }

    /// The token, a signed message of PKCS #7; only after ``hasToken``.
    var token: UnsafeMutablePointer<PKCS7>? { unsafe TS_RESP_get_token(pointer) }

    /// Status, failures and the authority's own words (RFC 3161, 2.4.2).
    func refusal(_ status: Int) -> String {
        let statuses = [
            2: "rejected", 3: "waiting", 4: "a revocation is imminent", 5: "the authority's certificate is revoked",
        ]
        let failures = [
            (0, "the hash function is not supported"), (2, "the query is not permitted"),
            (5, "the query has a wrong form"), (14, "the time is not available"), (15, "the policy is not supported"),
            (16, "the extension is not supported"), (17, "the additional information is not available"),
            (25, "the authority has a failure of its own"),
        ]
        let info = unsafe TS_RESP_get_status_info(pointer)
        var words = [statuses[status] ?? "status \(status)"]
        if let bits = unsafe TS_STATUS_INFO_get0_failure_info(info) {
            words += failures.filter { unsafe ASN1_BIT_STRING_get_bit(bits, Int32($0.0)) == 1 }.map(\.1)
        }
        let texts = unsafe TS_STATUS_INFO_get0_text(info)
        // 4 texts of 200 bytes: what fits in a line of a report; OPENSSL_sk_num of nothing is -1.
        for index in 0..<max(0, min(4, unsafe OPENSSL_sk_num(texts))) {
            guard let text = unsafe OPENSSL_sk_value(texts, index) else { continue }
            words.append(unsafe Self.bytes(text.assumingMemoryBound(to: ASN1_STRING.self)).printable)
        }
        return words.joined(separator: "; ")
    }

    /// Everything that OpenSSL checks of a token (`TS_RESP_verify_response`), chain and ESSCertID included.
    func verify(
        imprint: SHA256Digest, nonce: [UInt8]?, roots: TrustedRoots, atSeconds seconds: Int
    ) throws(TimestampError) {
        let expected: TimestampRequestHandle
        do { expected = try TimestampRequestHandle(imprint: imprint, nonce: nonce) } catch {
            throw .malformed("\(error)")
        }
        guard let context = unsafe TS_REQ_to_TS_VERIFY_CTX(expected.pointer, nil) else {
            throw .malformed("out of memory")
        }
        defer {
            unsafe TS_VERIFY_CTX_free(context)
            LibraryErrors.clear()
        }
        unsafe TS_VERIFY_CTX_add_flags(context, 1 << 0)
        unsafe TS_VERIFY_CTX_set_store(context, try roots.makeStore(atSeconds: seconds))
        guard unsafe TS_RESP_verify_response(context, pointer) == 1 else { throw Self.failure() }
    }

    /// OpenSSL's reason as one of ours.
    private static func failure() -> TimestampError {
        let code = ERR_peek_last_error()
        if ERR_GET_LIB(code) == ERR_LIB_ESS { return .wrongSigner }
        guard ERR_GET_LIB(code) == ERR_LIB_TS else { return .badSignature }
        switch ERR_GET_REASON(code) {
        case TS_R_MESSAGE_IMPRINT_MISMATCH: return .wrongImprint
        case TS_R_NONCE_MISMATCH, TS_R_NONCE_NOT_RETURNED: return .wrongNonce
        case TS_R_SIGNATURE_FAILURE: return .badSignature
        case TS_R_ESS_SIGNING_CERTIFICATE_ERROR, TS_R_TSA_NAME_MISMATCH, TS_R_TSA_UNTRUSTED: return .wrongSigner
        case TS_R_CERTIFICATE_VERIFY_ERROR: return .untrustedChain("the certificate cannot be verified")
        default:
            let reason = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
            return .malformed(reason ?? "no reason recorded")
        }
    }

    static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }
}

// MARK: - What the token says

extension TimestampResponseHandle {
    func genTimeMilliseconds() throws(TimestampError) -> Int64 {
        let time = unsafe TS_TST_INFO_get_time(TS_RESP_get_tst_info(pointer))
        let text = unsafe Self.bytes(time)
        // YYYYMMDDhhmmss, perhaps a fraction, and Z (RFC 3161, 2.4.2); OpenSSL would take other zones too.
        let fraction = text.dropFirst(14).dropLast()
        guard text.count >= 15, text.last == UInt8(ascii: "Z"), text.prefix(14).allSatisfy(\.isDigit),
            fraction.isEmpty
                || fraction.first == UInt8(ascii: ".") && fraction.count > 1
                    && fraction.dropFirst().allSatisfy(\.isDigit),
            let milliseconds = unsafe Self.milliseconds(time), milliseconds >= 0
        else { throw .malformed("its time cannot be read, or lies before 1970") }
        let thousandths = (Array(fraction.dropFirst().prefix(3)) + [0x30, 0x30, 0x30]).prefix(3)
        return milliseconds + thousandths.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }

    /// Milliseconds since 1970, of whole seconds.
    static func milliseconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        let epoch = unsafe ASN1_TIME_set(nil, 0)
        defer { unsafe ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe epoch != nil, unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return (Int64(days) * 86_400 + Int64(seconds)) * 1000
    }

    func timestamp(_ chain: TimestampChain) throws(TimestampError) -> Timestamp {
        let info = unsafe TS_RESP_get_tst_info(pointer)
        // 128 characters: the longest object identifier in use has some 60.
        var policy = [CChar](repeating: 0, count: 128)
        let length = unsafe OBJ_obj2txt(&policy, Int32(policy.count), TS_TST_INFO_get_policy_id(info), 1)
        guard 1..<Int32(policy.count) ~= length else { throw .malformed("its policy cannot be read") }
        // RFC 3161, 2.4.2: a number of up to 160 bits.
        let serial = unsafe Self.bytes(TS_TST_INFO_get_serial(info))
        guard 1...20 ~= serial.count else { throw .malformed("its serial number is longer than 160 bits") }
        return Timestamp(
            genTimeMilliseconds: try genTimeMilliseconds(), accuracyMilliseconds: accuracyMilliseconds,
            policy: String(decoding: policy.prefix(Int(length)).map(UInt8.init), as: UTF8.self),
            serialNumber: serial.map(\.hexadecimal).joined(),
            authority: chain.authority, chainExpiresMilliseconds: chain.expiresMilliseconds)
    }

    private var accuracyMilliseconds: Int64? {
        guard let accuracy = unsafe TS_TST_INFO_get_accuracy(TS_RESP_get_tst_info(pointer)) else { return nil }
        let parts = unsafe [
            TS_ACCURACY_get_seconds(accuracy), TS_ACCURACY_get_millis(accuracy), TS_ACCURACY_get_micros(accuracy),
        ]
        let numbers = unsafe parts.map { unsafe $0 == nil ? 0 : Int64(ASN1_INTEGER_get($0)) }
        // A number that does not fit is -1 here, and an accuracy of more than 136 years says nothing.
        guard numbers.allSatisfy({ 0...Int64(UInt32.max) ~= $0 }) else { return nil }
        return numbers[0] * 1000 + numbers[1] + (numbers[2] + 999) / 1000
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    fileprivate var hexadecimal: String {
        let text = String(self, radix: 16, uppercase: true)
        return text.count == 2 ? text : "0" + text
    }
}

extension [UInt8] {
    /// Somebody else's words for a report: at most 200 characters of ASCII that print, the others replaced.
    fileprivate var printable: String {
        String(decoding: prefix(200).map { 0x20...0x7E ~= $0 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

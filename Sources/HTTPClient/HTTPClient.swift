import CCurl

/// Sends requests one after another, each waiting for its answer, over a connection that is kept open in between.
///
/// One for each thread: it is not `Sendable`. Redirections are not followed, proxies of the environment are not used,
/// nothing but `http` and `https` is spoken, and certificates are always verified.
@safe
package final class HTTPClient {
    private let options: Options
    private let handle: UnsafeMutableRawPointer
    /// Where libcurl writes what went wrong.
    private let reason: UnsafeMutablePointer<CChar>

    /// Once for the process, before the first handle; Swift takes care of threads that come together here.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Connects to nothing yet.
    package init(_ options: Options = Options()) {
        precondition(HTTPClient.isReady, "libcurl does not start")
        guard let handle = unsafe curl_easy_init() else { preconditionFailure("no memory for a libcurl handle") }
        self.options = options
        unsafe self.handle = handle
        unsafe reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe reason.deallocate()
    }

    /// Sends a request and waits for the whole answer.
    package func send(_ request: Request) throws(HTTPClientError) -> Response {
        try request.check()
        let transfer = Transfer(maximumBodyBytes: options.maximumResponseBytes)
        do throws(CurlFailure) {
            try perform(request, into: transfer)
        } catch {
            if transfer.isTooLarge { throw .responseTooLarge(request, options) }
            throw describe(error, of: request)
        }
        let status = unsafe punctual_getinfo_long(handle, CURLINFO_RESPONSE_CODE)
        return Response(status: status, headers: transfer.headers, body: transfer.body)
    }
}

/// A code of libcurl that is not CURLE_OK.
struct CurlFailure: Error {
    let code: CURLcode
}

// MARK: - One transfer

extension HTTPClient {
    private func perform(_ request: Request, into transfer: Transfer) throws(CurlFailure) {
        // Keeps the open connection; every option is forgotten.
        unsafe curl_easy_reset(handle)
        unsafe reason.pointee = 0
        let headers = HeaderList(request)
        try unsafe set(CURLOPT_HTTPHEADER, headers.first)
        try unsafe set(CURLOPT_ERRORBUFFER, reason)
        try setAddress(request.url)
        try setLimits()
        try setReceivers(transfer)
        // An empty array may have no address, without which libcurl would read standard input.
        let body = request.body.isEmpty ? [0] : request.body
        let code = unsafe try body.withUnsafeBufferPointer { body throws(CurlFailure) in
            try unsafe setMethod(request, body: UnsafeRawBufferPointer(body))
            return withoutBrokenPipeSignal { unsafe curl_easy_perform(handle) }
        }
        guard code == CURLE_OK else { throw CurlFailure(code: code) }
    }

    private func setAddress(_ url: String) throws(CurlFailure) {
        try set(CURLOPT_URL, url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_NOPROXY, "*")
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let path = options.unixSocketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if let file = options.certificateAuthorityFile {
            try set(CURLOPT_CAINFO, file)
            // Without this the machine's own authorities would be trusted beside the file's.
            try set(CURLOPT_CAPATH, String?.none)
        }
    }

    private func setLimits() throws(CurlFailure) {
        try set(CURLOPT_CONNECTTIMEOUT_MS, options.connectMilliseconds)
        try set(CURLOPT_TIMEOUT_MS, options.totalMilliseconds)
        // No signals: this is not the only thread.
        try set(CURLOPT_NOSIGNAL, 1)
    }

    private func setReceivers(_ transfer: Transfer) throws(CurlFailure) {
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        try check(unsafe punctual_setopt_receiver(handle, CURLOPT_WRITEFUNCTION, Transfer.bodyReceiver))
        try check(unsafe punctual_setopt_receiver(handle, CURLOPT_HEADERFUNCTION, Transfer.headerReceiver))
        try unsafe set(CURLOPT_WRITEDATA, context)
        try unsafe set(CURLOPT_HEADERDATA, context)
    }

    private func setMethod(_ request: Request, body: UnsafeRawBufferPointer) throws(CurlFailure) {
        if request.method == "HEAD" { return try set(CURLOPT_NOBODY, 1) }
        if !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method) {
            try check(unsafe punctual_setopt_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count)))
            try unsafe set(CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: body.baseAddress))
        }
        try set(CURLOPT_CUSTOMREQUEST, request.method)
    }

    private func set(_ option: CURLoption, _ number: Int) throws(CurlFailure) {
        try check(unsafe punctual_setopt_long(handle, option, number))
    }

    /// libcurl keeps a copy of the text.
    private func set(_ option: CURLoption, _ text: String?) throws(CurlFailure) {
        try check(unsafe punctual_setopt_string(handle, option, text))
    }

    /// libcurl keeps the pointer.
    private func set(_ option: CURLoption, _ pointer: UnsafeMutableRawPointer?) throws(CurlFailure) {
        try check(unsafe punctual_setopt_pointer(handle, option, pointer))
    }

    private func check(_ code: CURLcode) throws(CurlFailure) {
        guard code == CURLE_OK else { throw CurlFailure(code: code) }
    }

    /// Words for a failure, with libcurl's own where they say more.
    private func describe(_ failure: CurlFailure, of request: Request) -> HTTPClientError {
        let own = unsafe String(cString: reason)
        let reason = unsafe own.isEmpty ? String(cString: curl_easy_strerror(failure.code)) : own
        let systemError = unsafe Int32(punctual_getinfo_long(handle, CURLINFO_OS_ERRNO))
        let isSent = unsafe punctual_getinfo_long(handle, CURLINFO_REQUEST_SIZE) > 0
        return HTTPClientError(
            failure.code, systemError: systemError, isSent: isSent, reason: reason, request, options)
    }
}

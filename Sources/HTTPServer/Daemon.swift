import CMicroHTTPD

/// libmicrohttpd at work: its threads read requests, call back into `Core`, and write answers.
@safe
struct Daemon: @unchecked Sendable {
    private let handle: OpaquePointer
    private let listener: UnsafeMutablePointer<punctual_listener>
    /// The callbacks' context. The library holds one reference from the start to `stop`.
    private let core: Core

    /// Starts the threads.
    init(_ configuration: HTTPServer.Configuration, _ core: Core) throws(HTTPServerError) {
        let tls = configuration.tls
        let flags =
            MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
            | (tls == nil ? 0 : MHD_USE_TLS.rawValue)
        let certificate = (tls?.certificatePEM ?? []) + [0]
        let key = (tls?.keyPEM ?? []) + [0]
        let context = unsafe Unmanaged.passRetained(core)
        let listener = UnsafeMutablePointer<punctual_listener>.allocate(capacity: 1)
        unsafe listener.initialize(to: punctual_listener(hear: messageWritten, context: context.toOpaque()))
        let handle = unsafe certificate.withUnsafeBytes { certificate in
            unsafe key.withUnsafeBytes { key in
                let secrets = unsafe tls == nil ? [] : unsafe tlsOptions(certificate, key)
                let options = unsafe configuration.numbers + secrets + [option(.END)]
                return unsafe punctual_start_daemon(
                    flags, context.toOpaque(), access, requestBegan, requestEnded, connectionChanged, listener,
                    options)
            }
        }
        let messages = core.takeStartMessages()
        guard let handle = unsafe handle else {
            unsafe listener.deallocate()
            unsafe context.release()
            throw .refusedByLibrary(messages)
        }
        unsafe self.handle = handle
        unsafe self.listener = listener
        self.core = core
    }

    /// Gives a connected socket to one of the threads, or closes it.
    func add(_ descriptor: Int32, _ peer: SocketAddress) -> Bool {
        unsafe peer.withPointer { unsafe MHD_add_connection(handle, descriptor, $0, $1) } == .YES
    }

    /// Ends the threads and closes every connection. Once, and not while a connection is suspended.
    func stop() {
        unsafe MHD_stop_daemon(handle)
        unsafe listener.deallocate()
        unsafe Unmanaged.passUnretained(core).release()
    }
}

private func option(_ name: MHD_OPTION, _ value: Int = 0) -> MHD_OptionItem {
    unsafe MHD_OptionItem(option: name, value: value, ptr_value: nil)
}

/// TLS 1.2 and 1.3 in GnuTLS's own words; its default still speaks 1.0.
private let tlsVersions: StaticString = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

private func tlsOptions(_ certificate: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer) -> [MHD_OptionItem] {
    let texts = unsafe [
        (MHD_OPTION.HTTPS_PRIORITIES, UnsafeRawPointer(tlsVersions.utf8Start)),
        (.HTTPS_MEM_CERT, certificate.baseAddress), (.HTTPS_MEM_KEY, key.baseAddress),
    ]
    return unsafe texts.map { unsafe MHD_OptionItem(option: $0.0, value: 0, ptr_value: .init(mutating: $0.1)) }
}

extension HTTPServer.Configuration {
    /// The options that are numbers.
    fileprivate var numbers: [MHD_OptionItem] {
        unsafe [
            option(.CONNECTION_MEMORY_LIMIT, limits.connectionMemoryBytes),
            // The gate counts. At its own limit, version 0.9.75 leaves a lock taken behind and hangs.
            option(.CONNECTION_LIMIT, Int(Int32.max)),
            option(.CONNECTION_TIMEOUT, limits.idleSeconds),
        ] + (threads > 1 ? [option(.THREAD_POOL_SIZE, threads)] : [])
    }
}

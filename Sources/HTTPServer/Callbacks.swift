import CMicroHTTPD
import Glibc

// What libmicrohttpd calls, with the server's `Core` as context. Functions of a file that is nobody's main file: there
// they would belong to the main actor and trap on the library's threads.

private func core(_ context: UnsafeMutableRawPointer?) -> Core {
    unsafe Unmanaged<Core>.fromOpaque(context!).takeUnretainedValue()
}

/// A connection began or ended.
func connectionChanged(
    context: UnsafeMutableRawPointer?, handle: OpaquePointer?, slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
    change: MHD_ConnectionNotificationCode
) {
    guard let handle = unsafe handle, let slot = unsafe slot else { return }
    let connection = unsafe Connection(handle: handle)
    switch change {
    case .CONNECTION_NOTIFY_STARTED:
        unsafe slot.pointee = Unmanaged.passRetained(Peer(text: connection.peerAddress.text)).toOpaque()
        unsafe core(context).gate.begin(connection.socket)
    case .CONNECTION_NOTIFY_CLOSED:
        guard let pointer = unsafe slot.pointee else { return }
        let peer = unsafe Unmanaged<Peer>.fromOpaque(pointer).takeRetainedValue()
        unsafe core(context).gate.end(connection.socket, peer.text)
    default: break
    }
}

/// A request line was read: what is returned here stays with the request until `requestEnded`.
func requestBegan(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    let bytes = unsafe target.map { unsafe UnsafeRawBufferPointer(start: $0, count: strlen($0)) }
    let exchange = Exchange(unsafe core(context), target: unsafe bytes.map { unsafe Array($0) } ?? [])
    return unsafe Unmanaged.passRetained(exchange).toOpaque()
}

/// Called once with the head, then with each piece of the body, then without one, and again after a suspension.
func access(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, piece: UnsafePointer<CChar>?,
    pieceSize: UnsafeMutablePointer<Int>?, slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let handle = unsafe connection, let pieceSize = unsafe pieceSize, let pointer = unsafe slot?.pointee,
        let method = unsafe method, let version = unsafe version
    else { return .NO }
    let connection = unsafe Connection(handle: handle)
    let exchange = unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    if !exchange.hasHead {
        let head = unsafe RequestHead(connection: connection, method: method, version: version)
        return unsafe exchange.receiveHead(head)
    }
    if unsafe pieceSize.pointee > 0 {
        let bytes = unsafe UnsafeRawBufferPointer(start: piece, count: pieceSize.pointee)
        unsafe pieceSize.pointee = 0
        return unsafe exchange.receiveBody(bytes)
    }
    return exchange.proceed(on: connection)
}

/// The answer was sent, or the connection is gone.
func requestEnded(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, reason: MHD_RequestTerminationCode
) {
    guard let pointer = unsafe slot?.pointee else { return }
    unsafe slot?.pointee = nil
    unsafe Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue().end()
    if let handle = unsafe connection {
        let connection = unsafe Connection(handle: handle)
        unsafe core(context).gate.expect(.head, on: connection.socket)
    }
}

/// The library says something.
func messageWritten(context: UnsafeMutableRawPointer?, message: UnsafePointer<CChar>?) {
    guard let message = unsafe message else { return }
    unsafe core(context).note(String(cString: message).filter { $0 != "\n" })
}

import CMicroHTTPD

/// A connection of libmicrohttpd, valid from its beginning to its end; its own thread works on it, except for `resume`.
@safe
struct Connection: @unchecked Sendable {
    let handle: OpaquePointer

    /// Stops reading and timing until `resume`.
    func suspend() { unsafe MHD_suspend_connection(handle) }

    /// Has the thread go on; the one call that any thread may make, once for each `suspend`.
    func resume() { unsafe MHD_resume_connection(handle) }

    /// The socket, which stays the library's.
    var socket: Int32 { unsafe punctual_socket(handle) }

    /// Bytes of the request line and the headers, once they are complete.
    var headerSectionBytes: Int { unsafe punctual_header_section_size(handle) }

    var headerCount: Int { Int(unsafe MHD_get_connection_values_n(handle, .HEADER_KIND, nil, nil)) }

    /// The other end, as it was given to `Daemon.add`.
    var peerAddress: SocketAddress {
        unsafe punctual_client_address(handle).map { unsafe SocketAddress(copying: $0) } ?? SocketAddress()
    }

    /// The other end, in words.
    var peer: String {
        guard let context = unsafe punctual_socket_context(handle) else { return "" }
        return unsafe Unmanaged<Peer>.fromOpaque(context).takeUnretainedValue().text
    }
}

/// The address of a connection's other end, kept by the library beside the connection.
final class Peer {
    let text: String

    init(text: String) { self.text = text }
}

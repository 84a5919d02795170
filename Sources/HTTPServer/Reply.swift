import CMicroHTTPD

/// An answer in the library's form. It keeps the body's array alive until the last byte is sent.
@safe
struct Reply: ~Copyable {
    private let status: HTTPStatus
    private let handle: OpaquePointer?

    /// - Parameter isLast: whether the connection ends with this answer.
    /// - Returns: `nil` when a header field cannot be sent.
    init?(_ response: HTTPResponse, isLast: Bool = false) {
        status = response.status
        unsafe handle = makeHandle(response.body)
        for field in response.headers.fields where !isFraming(field.name) {
            guard field.name.isToken, field.value.isFieldValue,
                unsafe MHD_add_response_header(handle, field.name, field.value) == .YES
            else { return nil }
        }
        if isLast { unsafe MHD_add_response_header(handle, "Connection", "close") }
    }

    deinit {
        unsafe MHD_destroy_response(handle)
    }

    /// Hands the answer to the connection, which then keeps it for itself.
    consuming func queue(on connection: Connection) -> MHD_Result {
        unsafe MHD_queue_response(connection.handle, UInt32(status.rawValue), handle)
    }
}

/// The owner of bytes that the library is sending.
private final class SentBody {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
}

private func makeHandle(_ body: [UInt8]) -> OpaquePointer? {
    guard !body.isEmpty else { return unsafe MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT) }
    let owner = SentBody(body)
    // The pointer outlives the closure: an array's elements stay where they are while somebody owns them and nobody
    // changes them, and `owner` does the first and prevents the second.
    let start = unsafe owner.bytes.withUnsafeBytes { $0.baseAddress }
    let context = unsafe Unmanaged.passRetained(owner)
    let handle = unsafe MHD_create_response_from_buffer_with_free_callback_cls(
        body.count, UnsafeMutableRawPointer(mutating: start),
        { context in unsafe Unmanaged<SentBody>.fromOpaque(context!).release() }, context.toOpaque())
    if unsafe handle == nil { unsafe context.release() }
    return unsafe handle
}

/// The fields by which the library says where an answer ends.
private func isFraming(_ name: String) -> Bool {
    name.utf8.count == 14 && name.lowercased() == "content-length"
        || name.utf8.count == 17 && name.lowercased() == "transfer-encoding"
}

import CCurl

/// One answer on its way in. libcurl calls back on the thread that waits in `HTTPClient.send`.
final class Transfer {
    /// 64 KiB of header lines: four times what our own server takes.
    private static let maximumHeaderBytes = 65_536

    private(set) var headers: [HTTPClient.Field] = []
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    private let maximumBodyBytes: Int
    private var headerBytes = 0

    init(maximumBodyBytes: Int) { self.maximumBodyBytes = maximumBodyBytes }

    /// Takes a piece of the body; false ends the transfer.
    func receiveBody(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count <= maximumBodyBytes - body.count else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: piece)
        return true
    }

    /// Takes one line of a header section; false ends the transfer.
    func receiveHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= Transfer.maximumHeaderBytes else {
            isTooLarge = true
            return false
        }
        let text = unsafe String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // What came before was an interim answer.
            headers = []
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop(while: \.isWhitespace)
            let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) } ?? value.startIndex
            headers.append(HTTPClient.Field(String(text[..<colon]), String(value[..<end])))
        }
        return true
    }

    /// The callbacks in the form of CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION, with a transfer as context.
    static let bodyReceiver: Receiver = { piece, size, count, context in
        unsafe deliver(piece, size * count, to: context) { unsafe $0.receiveBody($1) }
    }
    static let headerReceiver: Receiver = { piece, size, count, context in
        unsafe deliver(piece, size * count, to: context) { unsafe $0.receiveHeaderLine($1) }
    }
}

/// `size_t (*)(char *, size_t, size_t, void *)`
typealias Receiver = @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int

private func deliver(
    _ piece: UnsafeMutablePointer<CChar>?, _ count: Int, to context: UnsafeMutableRawPointer?,
    by receive: (Transfer, UnsafeRawBufferPointer) -> Bool
) -> Int {
    let transfer = unsafe Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    // Any other number than what was offered makes libcurl give up.
    return unsafe receive(transfer, UnsafeRawBufferPointer(start: piece, count: count)) ? count : -1
}

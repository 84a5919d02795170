import CMicroHTTPD
import Glibc

/// The request line and headers as libmicrohttpd holds them, valid during the call that brings them.
@unsafe
struct RequestHead {
    let connection: Connection
    let method: UnsafePointer<CChar>
    let version: UnsafePointer<CChar>

    /// Reads and judges everything that comes before the body.
    ///
    /// The library is lenient; what could mean one thing to it and another to a proxy in front of it is refused here
    /// ([RFC 9112, sections 3.2 and 6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3)).
    func read(
        target: [UInt8], limits: HTTPServer.Limits
    ) throws(HTTPRefusal) -> (request: HTTPRequest, contentLength: Int?) {
        guard target.count <= limits.targetBytes else { throw .targetTooLong }
        guard unsafe connection.headerSectionBytes <= limits.headerSectionBytes,
            unsafe connection.headerCount <= limits.headerCount
        else { throw .headersTooLarge }
        var method = HTTPMethod(rawValue: unsafe String(cString: method))
        guard method.rawValue.isToken else { throw .malformedMethod }
        if method == .head { method = .get }
        let fields = try unsafe readFields()
        try unsafe checkHost(fields)
        let contentLength = try unsafe checkFraming(fields)
        guard let target = String(validating: target, as: UTF8.self) else { throw .malformedTarget }
        let request = try HTTPRequest(method, target, headers: fields.trimmed, peer: unsafe connection.peer)
        return (request, contentLength)
    }

    private func readFields() throws(HTTPRefusal) -> HTTPHeaders {
        var collected = Collected()
        unsafe withUnsafeMutablePointer(to: &collected) { collected in
            _ = unsafe MHD_get_connection_values_n(connection.handle, .HEADER_KIND, collect, collected)
        }
        guard !collected.isMalformed else { throw .malformedHeader }
        return collected.fields
    }

    private func checkHost(_ fields: HTTPHeaders) throws(HTTPRefusal) {
        let hosts = fields.values(of: "Host").count
        let isOld = unsafe strcmp(version, "HTTP/1.0") == 0
        guard hosts == 1 || (hosts == 0 && isOld) else { throw .ambiguousHost }
    }

    /// - Returns: the length of a body that says it, `nil` for a chunked one or none.
    private func checkFraming(_ fields: HTTPHeaders) throws(HTTPRefusal) -> Int? {
        let lengths = fields.values(of: "Content-Length")
        let codings = fields.values(of: "Transfer-Encoding")
        guard lengths.count <= 1 else { throw .ambiguousLength }
        guard !codings.isEmpty else {
            // The library has refused what is not a number; a number beyond Int is too large for anybody.
            return lengths.first.map { Int($0) ?? .max }
        }
        guard lengths.isEmpty, unsafe strcmp(version, "HTTP/1.0") != 0 else { throw .ambiguousLength }
        // Not trimmed: with white space behind it the library would not know it, and read on until the end.
        guard codings.count == 1, codings[0].lowercased() == "chunked" else { throw .unknownTransferCoding }
        return nil
    }
}

/// What the callback below has gathered.
private struct Collected {
    var fields: HTTPHeaders = [:]
    var isMalformed = false
}

private func collect(
    context: UnsafeMutableRawPointer?, kind: MHD_ValueKind, name: UnsafePointer<CChar>?, nameSize: Int,
    value: UnsafePointer<CChar>?, valueSize: Int
) -> MHD_Result {
    let collected = unsafe context!.assumingMemoryBound(to: Collected.self)
    guard let name = unsafe text(name, nameSize), name.isToken,
        let value = unsafe text(value, valueSize), value.isFieldValue
    else {
        unsafe collected.pointee.isMalformed = true
        return .NO
    }
    unsafe collected.pointee.fields.append(name, value)
    return .YES
}

/// `nil` when the bytes are not UTF-8.
private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String? {
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
    return unsafe String(validating: bytes, as: UTF8.self)
}

extension HTTPHeaders {
    /// The library takes white space off the front of values only.
    fileprivate var trimmed: HTTPHeaders {
        guard fields.contains(where: { $0.value.last == " " || $0.value.last == "\t" }) else { return self }
        var trimmed: HTTPHeaders = [:]
        for field in fields {
            let end = field.value.lastIndex { $0 != " " && $0 != "\t" }.map { field.value.index(after: $0) }
            trimmed.append(field.name, String(field.value[..<(end ?? field.value.startIndex)]))
        }
        return trimmed
    }
}

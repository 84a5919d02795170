import Compression
package import HTTPClient

extension LogSource {
    /// How often a resource is asked for whose transfer broke off: a mirror asks for very many.
    private static let attempts = 2

    /// A log on the web: the address to which `checkpoint` and `tile/…` are added.
    ///
    /// - Parameter options: how to reach it. The longest answer is set here, to the longest bundle.
    package static func address(_ url: String, _ options: HTTPClient.Options = HTTPClient.Options()) -> LogSource {
        let root = url.hasSuffix("/") ? String(url.dropLast()) : url
        var options = options
        // What gzip adds to bytes that do not shrink is far less than a hundredth.
        options.maximumResponseBytes = maximumBundleBytes + maximumBundleBytes / 100
        let client = HTTPClient(options)
        return LogSource(name: root) { (path, maximumBytes) throws(MirrorError) in
            let response = try send(root + "/" + path, by: client, as: path)
            switch response.status {
            case 200: return try content(of: response, as: path, maximumBytes: maximumBytes)
            case 404, 410: return nil
            default:
                throw .unreadable(resource: path, reason: "\(root) answers with status \(response.status)")
            }
        }
    }

    private static func send(
        _ url: String, by client: HTTPClient, as resource: String
    ) throws(MirrorError) -> HTTPClient.Response {
        // tlog-tiles lets a log compress bundles for those who can read that.
        let request = HTTPClient.Request("GET", url, headers: [.init("Accept-Encoding", "gzip")])
        var last = ""
        for _ in 0..<attempts {
            do throws(HTTPClientError) {
                return try client.send(request)
            } catch {
                guard case .interrupted = error else {
                    throw .unreadable(resource: resource, reason: error.description)
                }
                last = error.description
            }
        }
        throw .unreadable(resource: resource, reason: last)
    }

    private static func content(
        of response: HTTPClient.Response, as resource: String, maximumBytes: Int
    ) throws(MirrorError) -> [UInt8] {
        switch response.header("Content-Encoding")?.lowercased() {
        case nil, "", "identity": return response.body
        case "gzip", "x-gzip":
            do throws(GZIP.Failure) {
                return try GZIP.expand(response.body, limit: maximumBytes)
            } catch {
                switch error {
                case .tooLarge: throw .tooLong(resource: resource, maximumBytes: maximumBytes)
                case .damaged, .trailingData:
                    throw .unreadable(resource: resource, reason: "it was not sent as the gzip that it says it is")
                }
            }
        case let other?:
            throw .unreadable(resource: resource, reason: "it was sent in the coding \(other), which was not asked for")
        }
    }
}

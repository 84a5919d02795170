import CCurl

/// Header lines in libcurl's form; freed when dropped.
@safe
struct HeaderList: ~Copyable {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ request: HTTPClient.Request) {
        unsafe first = nil
        for field in request.headers {
            // libcurl reads `Name:` as “leave it out” and `Name;` as “send it empty”.
            append(field.value.isEmpty ? field.name + ";" : "\(field.name): \(field.value)")
        }
        // Else a body would be called a form.
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) { append("Content-Type:") }
    }

    deinit {
        unsafe curl_slist_free_all(first)
    }

    private mutating func append(_ line: String) {
        unsafe first = curl_slist_append(first, line) ?? first
    }
}

import Cryptography
import HTTPServer
import Multiformats

/// A small page for people: no scripts, nothing from elsewhere, every text escaped.
struct HTMLPage {
    /// What a page is made of.
    enum Part {
        case heading(String, id: String? = nil)
        case paragraph(String)
        case list([String])
        /// Names and what they stand for.
        case table([(name: String, value: String)])
        /// A link to a place of ours, by an absolute path.
        case link(String, to: String)
    }

    let title: String
    let parts: [Part]

    /// The answer, which a browser shows and runs nothing of.
    func response(cache: String = "no-cache") -> HTTPResponse {
        HTTPResponse(
            .ok,
            headers: [
                "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": Self.securityPolicy,
                "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": cache,
                "Vary": "Accept",
            ], body: Array(html.utf8))
    }

    /// Nothing is loaded and nothing runs; the one style is named by its digest.
    static let securityPolicy =
        "default-src 'none'; style-src 'sha256-\(Base64.encode(SHA256.hash(Array(style.utf8)).bytes))'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private static let style = """
        :root{color-scheme:light dark}\
        body{font:1.05rem/1.55 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1.2rem;\
        overflow-wrap:anywhere}\
        h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.2rem;margin-top:2rem}li{margin:.35rem 0}\
        dl{display:grid;grid-template-columns:minmax(6rem,auto) 1fr;gap:.3rem 1rem}dt{opacity:.75}dd{margin:0}\
        footer{margin-top:3rem;font-size:.9rem;opacity:.75}a{color:LinkText}\
        @media(max-width:30rem){dl{display:block}dd{margin:0 0 .6rem}}
        """

    var html: String {
        let title = Self.escaped(title)
        return """
            <!doctype html><html lang="en"><head><meta charset="utf-8">\
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>\(title)</title>\
            <style>\(Self.style)</style></head><body><main><h1>\(title)</h1>\(parts.map(Self.html).joined())</main>\
            <footer><a href="/faq">Questions and answers</a> · <a href="/policies">All policies</a></footer>\
            </body></html>

            """
    }

    private static func html(_ part: Part) -> String {
        switch part {
        case .heading(let text, let id):
            return "<h2\(id.map { " id=\"\(escaped($0))\"" } ?? "")>\(escaped(text))</h2>"
        case .paragraph(let text): return "<p>\(escaped(text))</p>"
        case .list(let items): return "<ul>\(items.map { "<li>\(escaped($0))</li>" }.joined())</ul>"
        case .table(let rows):
            return "<dl>\(rows.map { "<dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd>" }.joined())</dl>"
        case .link(let text, let path): return "<p><a href=\"\(escaped(path))\">\(escaped(text))</a></p>"
        }
    }

    /// A text in which nothing can be taken for markup, also inside quotation marks.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // Characters that HTML does not let stand, or that turn the direction of what follows.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{7F}", "\u{202A}"..."\u{202E}",
                "\u{2066}"..."\u{2069}":
                escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension HTTPRequest {
    /// Whether a browser asks: it says that it takes a page.
    var wantsPage: Bool { headers["Accept"]?.contains("text/html") ?? false }
}

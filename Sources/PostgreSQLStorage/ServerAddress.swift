import CPostgreSQL
import Glibc
package import Issuance

/// Where the database is, as a `postgres://` URL says it. libpq reads the URL; what of it is secret is never shown.
package struct ServerAddress: Sendable, CustomStringConvertible {
    private let url: String
    /// The database and where its server is, without user and password.
    package let description: String
    private let password: String

    /// - Throws: `StoreError.unavailable` when it is no such URL. The error does not repeat the URL, which may hold a
    ///   password in the wrong place.
    package init(_ url: String) throws(StoreError) {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://"), !url.utf8.contains(0) else {
            throw .unavailable("the address of a database begins with postgres://")
        }
        guard let options = ServerAddress.options(of: url) else {
            throw .unavailable(
                "the address of the database cannot be read; it is postgres://user@host:port/database?sslmode=…, with "
                    + "%40 for an @ and %2F for a / in a user or password")
        }
        let host = options["hostaddr"] ?? options["host"] ?? ""
        guard !host.contains("@") else {
            throw .unavailable("the host of the database holds an @; one in a user or password is written %40")
        }
        self.url = url
        password = options["password"] ?? ""
        let port = options["port"].map { ":" + $0 } ?? ""
        description = "database \(options["dbname"] ?? "?") at \(host.isEmpty ? "the local socket" : host)\(port)"
    }

    /// Whether the URL itself says the password.
    package var holdsPassword: Bool { !password.isEmpty }

    /// What libpq or the server says, with the place, and never with the password.
    func error(_ said: String) -> StoreError {
        let words = said.split(whereSeparator: \.isNewline).joined(separator: "; ")
        guard password.isEmpty || !"\(self) \(words)".contains(password) else {
            return .unavailable("the database cannot be used; what is said of that would show its password")
        }
        return .unavailable("\(self): \(words)")
    }

    /// Connects; the connection is there also when that failed, and says why. nil without memory.
    func connect() -> OpaquePointer? {
        let settings: [(String, String)] = [
            ("fallback_application_name", "punctual"), ("connect_timeout", "\(ServerAddress.connectSeconds)"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "20000"),
            // What stands in the URL replaces what stands before it, and not what stands behind.
            ("dbname", url), ("client_encoding", "UTF8"),
        ]
        var keywords = unsafe settings.map { unsafe UnsafePointer(strdup($0.0)) } + [nil]
        var values = unsafe settings.map { unsafe UnsafePointer(strdup($0.1)) } + [nil]
        defer {
            for position in 0..<settings.count {
                unsafe free(UnsafeMutablePointer(mutating: keywords[position]))
                unsafe free(UnsafeMutablePointer(mutating: values[position]))
            }
        }
        return unsafe PQconnectdbParams(&keywords, &values, 1)
    }

    /// For each host of the address; a server that does not even refuse is not waited for longer.
    private static let connectSeconds = 10

    private static func options(of url: String) -> [String: String]? {
        guard let first = unsafe PQconninfoParse(url, nil) else { return nil }
        defer { unsafe PQconninfoFree(first) }
        var options: [String: String] = [:]
        var option = unsafe first
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                unsafe options[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe option += 1
        }
        return options
    }
}

import PostgreSQLStorage

/// Where the rows of a service are. Read once, from what was typed or from the file `store` of the data directory.
package enum StoreAddress: Hashable, Sendable, CustomStringConvertible {
    /// A SQLite file in the data directory.
    case file
    /// A database that a PostgreSQL server keeps, as a `postgres://` URL without a password.
    case database(url: String)

    /// How the file is called where an address is asked for.
    package static let fileWord = "sqlite"

    /// - Throws: `HostingError` for a URL that holds a password, which would stand in lists of processes and in the
    ///   data directory; `StoreError.unavailable` for what is no address. Neither repeats it.
    package init(_ text: String) throws {
        guard text != Self.fileWord else {
            self = .file
            return
        }
        guard try !ServerAddress(text).holdsPassword, !text.contains(where: \.isNewline) else {
            throw HostingError(
                "the address of the database holds a password, which others would see: put it into a file that only "
                    + "its owner can read, and write ?passfile=FILE behind the address (or use ~/.pgpass)")
        }
        self = .database(url: text)
    }

    /// For people: never with a user or a password.
    package var description: String {
        switch self {
        case .file: "the file punctual.sqlite"
        case .database(let url): (try? ServerAddress(url).description) ?? "a database"
        }
    }
}

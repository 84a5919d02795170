import CPostgreSQL
import Foundation
import Synchronization
package import Testing

/// A PostgreSQL server that the tests start for themselves: in a new folder, behind a socket in it, for nobody else. It
/// is stopped, and its folder removed, when this process ends, however it ends: its keeper waits on a pipe.
package final class DatabaseServer: Sendable {
    /// The one for all tests that do not harm it.
    package static let shared = Result { try DatabaseServer() }

    /// Where CI is set the tests run, and fail where there is no server.
    package static var isExpected: Bool { ProcessInfo.processInfo.environment["CI"] != nil || programs != nil }
    package static let absence: Comment = "there is no PostgreSQL server on this machine; .ci/setup installs it"

    package struct Failure: Error, CustomStringConvertible {
        package let description: String

        package init(_ description: String) { self.description = description }
    }

    /// Where tests of stores make their folders: in memory where that can be, because every commit is synced, and a
    /// sync waits for whatever others write to the same disk, minutes where several build.
    package static let memory =
        FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()

    package let folder: String
    private let keeper: Process
    private let leash = Pipe()
    private let output = Pipe()
    private let schemas = Mutex(0)

    /// - Parameter settings: what is said to the server, like `fsync=off`.
    package init(_ settings: [String] = []) throws {
        guard let programs = DatabaseServer.programs else { throw Failure("\(DatabaseServer.absence)") }
        folder = URL(filePath: DatabaseServer.memory).appending(path: "pg-\(UUID().uuidString.prefix(13))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let user = DatabaseServer.user
        if let user, unsafe chown(folder, user.id, user.group) != 0 { throw Failure("chown \(folder)") }
        keeper = DatabaseServer.process(
            ["/bin/sh", "-c", DatabaseServer.script, "keeper", programs, folder] + settings.flatMap { ["-c", $0] })
        keeper.standardInput = leash
        keeper.standardOutput = output
        try keeper.run()
        guard isReady() else {
            let log = (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? ""
            throw Failure("the server does not start: \(log.suffix(2000))")
        }
    }

    deinit { try? leash.fileHandleForWriting.close() }

    private static let script = """
        bin=$1; dir=$2; shift 2
        make() { "$bin/initdb" -D "$dir/data" -U punctual --auth=trust --no-sync --encoding=UTF8 "$@" >"$dir/log" 2>&1; }
        # With an order of texts that is not that of their bytes.
        make --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US || make --locale=C.UTF-8 || exit 1
        {
            echo "unix_socket_directories = '$dir'"; echo "listen_addresses = ''"; echo "max_connections = 200"
            echo "shared_buffers = 32MB"
        } >>"$dir/data/postgresql.conf"
        "$bin/pg_ctl" -D "$dir/data" -w -t 120 -l "$dir/log" -o "$*" start >/dev/null 2>&1 || { echo failed; exit 1; }
        echo ready
        # Until whoever started us is gone; each line is the wish for a fall and a new start.
        while read -r line; do
            "$bin/pg_ctl" -D "$dir/data" -w -m immediate -l "$dir/log" restart >/dev/null 2>&1 || { echo failed; exit 1; }
            echo ready
        done
        "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1
        rm -rf "$dir"
        """

    /// Where the programs of the server are.
    private static let programs: String? = {
        var folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let installed = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: installed)) ?? []
        folders += versions.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "\(installed)/\($0)/bin" }
        return folders.first { folder in
            ["initdb", "pg_ctl", "postgres"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }
    }()

    /// The server refuses to be root.
    private static let user: (id: uid_t, group: gid_t)? = {
        guard getuid() == 0 else { return nil }
        let found = unsafe getpwnam("postgres") ?? getpwnam("nobody")
        guard let found = unsafe found else { return nil }
        return unsafe (found.pointee.pw_uid, found.pointee.pw_gid)
    }()

    private static func process(_ words: [String]) -> Process {
        let process = Process()
        let asUser =
            user.map { ["/usr/bin/setpriv", "--reuid=\($0.id)", "--regid=\($0.group)", "--clear-groups"] } ?? []
        let all = asUser + words
        process.executableURL = URL(filePath: all[0])
        process.arguments = Array(all.dropFirst())
        process.currentDirectoryURL = URL(filePath: "/")
        return process
    }

    /// Stops the server as a loss of power would, and starts it again.
    package func restart() throws {
        try leash.fileHandleForWriting.write(contentsOf: Data("again\n".utf8))
        guard isReady() else { throw Failure("the server does not start again") }
    }

    /// Waits for the word of the keeper, which gives the server two minutes; and not for a keeper that is gone.
    private func isReady() -> Bool {
        var keeper = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&keeper, 1, 180_000) > 0 else { return false }
        return String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("ready")
    }

    /// Where a schema is found.
    package func url(_ schema: String, folder: String? = nil, database: String = "postgres") -> String {
        "postgres://punctual@/\(database)?host=\(folder ?? self.folder)&options=-csearch_path%3D\(schema)"
    }

    /// Runs `body` with the URL of a new, empty schema, and removes the schema afterwards.
    package func withSchema<Result>(_ body: (String) throws -> Result) throws -> Result {
        let schema =
            "t"
            + String(
                schemas.withLock { count in
                    count += 1
                    return count
                })
        try run("CREATE SCHEMA \(schema)")
        defer { _ = try? run("DROP SCHEMA \(schema) CASCADE") }
        return try body(url(schema))
    }

    /// Runs a statement as somebody with another program does; gives each row as its columns' texts.
    @discardableResult
    package func run(_ text: String, in schema: String = "public") throws -> [[String]] {
        try RawConnection(url(schema)).run(text)
    }
}

/// A connection of somebody with another program.
@safe package final class RawConnection {
    private let handle: OpaquePointer

    package init(_ url: String) throws {
        guard let handle = unsafe PQconnectdb(url) else { throw DatabaseServer.Failure("no memory") }
        unsafe self.handle = handle
        guard unsafe PQstatus(handle) == CONNECTION_OK else { throw failure() }
        unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
        // Else a test whose transaction nobody ends would wait for ever, and say nothing.
        try run("SELECT set_config('lock_timeout', '60000', false), set_config('statement_timeout', '120000', false)")
    }

    deinit { unsafe PQfinish(handle) }

    /// Runs one statement; gives each row as its columns' texts.
    @discardableResult
    package func run(_ text: String) throws -> [[String]] {
        let result = unsafe PQexec(handle, text)
        defer { unsafe PQclear(result) }
        let status = unsafe PQresultStatus(result)
        guard status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK else { throw failure() }
        return (0..<(unsafe PQntuples(result))).map { row in
            (0..<(unsafe PQnfields(result))).map { column in
                let isNull = unsafe PQgetisnull(result, row, column) == 1
                return isNull ? "NULL" : (unsafe String(cString: PQgetvalue(result, row, column)))
            }
        }
    }

    private func failure() -> DatabaseServer.Failure {
        DatabaseServer.Failure(unsafe String(cString: PQerrorMessage(handle)))
    }
}

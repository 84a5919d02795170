import Glibc
package import Temporal

/// The time zone database of this machine: a folder of TZif files, as Debian's package `tzdata` installs it.
package struct ZoneDatabase: Sendable {
    /// Where it is.
    package let folder: String

    /// Where distributions have it.
    package static let usualFolder = "/usr/share/zoneinfo"

    /// The text of all rules, of which only the first line is wanted, has about 100 KiB.
    private static let maximumTextBytes = 1 << 20

    /// The database in a folder; nothing is read yet.
    package init(folder: String = Self.usualFolder) { self.folder = folder }

    /// The rules of a zone.
    package func rules(of zone: ZoneName) throws(ZoneDatabaseError) -> TimeZoneRules {
        let path = "\(folder)/\(zone.text)"
        let bytes: [UInt8]
        do throws(ReadProblem) {
            bytes = try read(path, maximumBytes: TimeZoneRules.maximumFileBytes)
        } catch {
            throw error == .missing ? .unknownZone(zone, folder: folder) : .unreadable(path: path)
        }
        do throws(TemporalError) {
            return try TimeZoneRules(parsing: bytes)
        } catch {
            throw .unusable(path: path, error)
        }
    }

    /// The release of the database, like `2025b`: what the first line of `tzdata.zi` says, or the file `+VERSION`.
    package func release() throws(ZoneDatabaseError) -> String {
        if let first = (try? text("tzdata.zi"))?.split(separator: "\n").first, first.hasPrefix("# version ") {
            return String(first.dropFirst("# version ".count))
        }
        guard let version = (try? text("+VERSION"))?.split(separator: "\n").first else {
            throw .unknownRelease(folder: folder)
        }
        return String(version)
    }

    /// The names of all zones, sorted: those of `tzdata.zi`, its links among them.
    package func names() throws(ZoneDatabaseError) -> [ZoneName] {
        guard let text = try? text("tzdata.zi") else { throw .unknownRelease(folder: folder) }
        var names: [ZoneName] = []
        for line in text.split(separator: "\n") {
            // `Z NAME …` begins the rules of a zone, `L TARGET NAME` is a link.
            let words = line.split(separator: " ")
            let word = words.first == "Z" && words.count > 1 ? words[1] : words.first == "L" ? words.last : nil
            if let word, let name = try? ZoneName(parsing: String(word)) { names.append(name) }
        }
        return names.sorted()
    }

    private func text(_ name: String) throws(ReadProblem) -> String {
        String(decoding: try read("\(folder)/\(name)", maximumBytes: Self.maximumTextBytes), as: UTF8.self)
    }

    private enum ReadProblem: Error { case missing, unreadable }

    private func read(_ path: String, maximumBytes: Int) throws(ReadProblem) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A part of a name, like Europe, is a folder.
            guard count >= 0 else { throw errno == EISDIR ? .missing : .unreadable }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= maximumBytes else { throw .unreadable }
        }
    }
}

/// Why the database does not say what was asked.
package enum ZoneDatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It has no zone of that name.
    case unknownZone(ZoneName, folder: String)
    /// A file cannot be opened or is far too long.
    case unreadable(path: String)
    /// A file is no TZif file, or says what cannot be.
    case unusable(path: String, TemporalError)
    /// Nothing says which release it is.
    case unknownRelease(folder: String)
    /// The text is no name of a zone.
    case malformedName(String)

    /// Whether another name helps.
    package var isOfTyping: Bool {
        switch self {
        case .malformedName: true
        case .unknownZone, .unreadable, .unusable, .unknownRelease: false
        }
    }

    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .unknownZone(let zone, let folder):
            "the time zone database in \(folder) has no zone \(zone); names are like Europe/Berlin, and if there is "
                + "none at all, install tzdata"
        case .malformedName(let name): "\(TemporalError.malformedZoneName(text: name))"
        case .unreadable(let path): "\(path) cannot be read as a time zone file"
        case .unusable(let path, let error): "\(path): \(error)"
        case .unknownRelease(let folder):
            "\(folder) has neither tzdata.zi nor +VERSION, so that the release of the time zone database is not known; "
                + "install tzdata, or name its folder in TZDIR"
        }
    }
}

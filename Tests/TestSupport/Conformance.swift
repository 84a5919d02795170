package import Foundation
package import Testing

/// Other people's published test data, read in place and never copied (`../shared/conformance` from the project's
/// root).
///
/// A suite that needs a folder carries `.enabled(if: Conformance.isExpected, Conformance.absence)`: skipped, with a
/// message, on a machine without the folder; but where `CI` is set the suite runs, and fails if the data is missing.
package enum Conformance {
    /// The root of the checkout that these sources are in.
    package static let projectRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    package static let folder = projectRoot.deletingLastPathComponent().appending(path: "shared/conformance")

    package static let absence: Comment = "../shared/conformance is not on this machine"

    package static var isExpected: Bool {
        ProcessInfo.processInfo.environment["CI"] != nil || FileManager.default.fileExists(atPath: folder.path)
    }

    /// The bytes of one published file, `path` relative to the conformance folder.
    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }

    /// The names of the files directly in a folder, sorted.
    package static func files(in path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: path).path).sorted()
    }
}

import Console
import Glibc
import OpenBadges

/// Where badges are written, a file for each.
struct BadgeFolder: Sendable {
    let path: String

    /// Makes the folder if it is not there.
    init(_ path: String) throws(UsageError) {
        self.path = path
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw UsageError("\(path) cannot be made: \(Machine.systemError()).")
        }
    }

    /// Writes a file; one that is there with the same bytes was written before.
    ///
    /// - Returns: its path.
    func write(_ bytes: [UInt8], as name: String) throws(BadgeProblems) -> String {
        let file = path + "/" + name
        do {
            if unsafe access(file, F_OK) == 0 {
                guard try readFile(file, maximumBytes: bytes.count) == bytes else {
                    throw BadgeProblems("\(file) is there with other content; move it away")
                }
            } else {
                try Machine.writeFile(bytes, to: file)
            }
            return file
        } catch let error as BadgeProblems {
            throw error
        } catch {
            throw BadgeProblems("\(error)")
        }
    }

    /// Writes a signed badge, and the image with it if there is one.
    func write(
        _ badge: IssuedBadge, row: Int, image: BadgeImage?
    ) throws(BadgeProblems) -> (badge: String, image: String?) {
        let name = "row-\(row)-\(badge.id)"
        let text = Array(badge.credential.text.utf8)
        let file = try write(text, as: name + (badge.credential.form == .token ? ".jwt" : ".json"))
        guard let image else { return (file, nil) }
        let baked: [UInt8]
        do throws(BakingError) {
            baked = try image.baking(badge.credential)
        } catch {
            throw BadgeProblems("\(error)")
        }
        return (file, try write(baked, as: name + image.fileExtension))
    }
}

extension BadgeImage {
    fileprivate var fileExtension: String {
        switch self {
        case .png: ".png"
        case .svg: ".svg"
        }
    }
}

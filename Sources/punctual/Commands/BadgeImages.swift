import CanonicalJSON
import Console
import OpenBadges

extension Command {
    static let checkBadge = Command(
        syntax: CommandSyntax(
            "badge check", "Does a badge follow the rules of Open Badges 3.0? For its signature, see verify.",
            positionals: [.init("FILE", "A badge: JSON, a token, or a PNG or SVG with one in it.")],
            options: [.json],
            example: "punctual badge check badge.png && punctual verify badge.png"),
        run: { arguments, terminal in
            let credential = try badge(in: arguments.positionals[0])
            let violations: [BadgeViolation]
            do throws(BakingError) {
                violations = OpenBadges.violations(of: try credential.unverifiedDocument())
            } catch {
                throw Failure("\(error).")
            }
            if arguments.has("json") {
                let list = violations.map { violation -> JSON in
                    ["pointer": .string(violation.pointer.description), "problem": .string(violation.problem)]
                }
                terminal.print(
                    JSON.object(["follows": .bool(violations.isEmpty), "violations": .array(list)]).canonicalString)
            } else if violations.isEmpty {
                terminal.print("It follows the rules of Open Badges 3.0.")
                terminal.note("Who signed it, and whether it still counts: punctual verify \(arguments.positionals[0])")
            } else {
                for violation in violations { terminal.print(violation.description) }
            }
            return violations.isEmpty ? .done : .negative
        })

    static let bakeBadge = Command(
        syntax: CommandSyntax(
            "badge bake", "Put a signed badge into an image.",
            positionals: [
                .init("BADGE", "The badge: JSON or a token."), .init("IMAGE", "The picture: PNG or SVG."),
            ],
            options: [
                .init("out", "FILE", "The image with the badge; a file that is there stays.", isRequired: true),
                .init("replace", nil, "Take the place of a badge that the image has already."),
            ],
            example: "punctual badge bake badge.json course.png --out badge.png"),
        run: { arguments, terminal in
            let credential = try badge(in: arguments.positionals[0])
            let image = try badgeImage(arguments.positionals[1])
            let baked: [UInt8]
            do throws(BakingError) {
                baked = try image.baking(credential, replacing: arguments.has("replace"))
            } catch .alreadyBaked {
                throw Failure("\(arguments.positionals[1]) carries a badge already; say --replace, or take another.")
            } catch {
                throw Failure("\(arguments.positionals[1]): \(error).")
            }
            try Machine.writeFile(baked, to: arguments.required("out"))
            terminal.note("\(arguments.required("out")) carries the badge.")
            return .done
        })

    static let extractBadge = Command(
        syntax: CommandSyntax(
            "badge extract", "Print the badge that an image carries.",
            positionals: [.init("IMAGE", "A PNG or SVG with a badge in it.")], options: [],
            example: "punctual badge extract badge.png > badge.json"),
        run: { arguments, terminal in
            let file = arguments.positionals[0]
            guard let credential = try badgeImage(file).credential else { throw Failure("\(file) carries no badge.") }
            terminal.print(credential.text)
            return .done
        })

    /// An image in a file.
    ///
    /// - Parameter exitCode: what it means that the file is no image.
    static func badgeImage(_ file: String, orElse exitCode: ExitCode = .usage) throws -> BadgeImage {
        let bytes = try readFile(file, maximumBytes: BadgeImage.maximumBytes)
        do throws(BakingError) {
            return try BadgeImage(bytes)
        } catch .unknownFormat {
            throw Failure("\(file) is neither PNG nor SVG; only these carry badges.", exitCode)
        } catch {
            throw Failure("\(file): \(error).")
        }
    }

    /// The badge that a file is, or that an image carries.
    private static func badge(in file: String) throws -> BakedCredential {
        let bytes = try readFile(file, maximumBytes: BadgeImage.maximumBytes)
        do throws(BakingError) {
            return try BakedCredential(String(decoding: bytes, as: UTF8.self))
        } catch {
            let first = bytes.first { !" \t\r\n".utf8.contains($0) }
            let isImage = first == UInt8(ascii: "<") || first == 0x89
            guard isImage else {
                throw Failure("\(file) is neither a badge in JSON, nor a token, nor PNG or SVG: \(error).", .cannotTell)
            }
        }
        guard let credential = try badgeImage(file, orElse: .cannotTell).credential else {
            throw Failure("\(file) carries no badge.")
        }
        return credential
    }
}

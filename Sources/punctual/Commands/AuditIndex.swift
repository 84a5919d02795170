import CanonicalJSON
import Console

extension Command {
    static let auditIndex = Command(
        syntax: CommandSyntax(
            "audit index", "Log how far the entries about each request go; each hour it happens by itself.",
            options: [.data, .passphraseFile, .json],
            example: "punctual audit index --data ./issuer"),
        run: { arguments, terminal in
            let index = try operate("/operator/log/index", [], arguments)
            if arguments.has("json") {
                terminal.print(index.canonicalString)
            } else {
                let (size, leaves) = (index["size"]?.integerValue ?? 0, index["leaves"]?.integerValue ?? 0)
                terminal.print("The first \(size) entries are indexed, under \(leaves) requests and issuers.")
                terminal.note("Bundles made from now on prove that up to there nothing was left out.")
            }
            return .done
        })
}

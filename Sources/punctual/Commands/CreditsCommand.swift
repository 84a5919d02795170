import CanonicalJSON
import Console

extension Command {
    static let creditsReceipt = Command(
        syntax: CommandSyntax(
            "credits receipt", "What a holder was given, as a credential that verifies offline.",
            positionals: [
                .init("HOLDER", "The id of a holder, as requests have it."),
                .init("CLAIM-KEY", "The payment, as credits shows it with --json."),
            ],
            options: [
                .data, .init("institution", "ID", "Whose holder it is, such as i0123456789abcdef.", isRequired: true),
                .passphraseFile,
            ],
            example: "punctual credits receipt --data ./issuer --institution i0123456789abcdef urn:uuid:7f9c 5f0c"),
        run: { arguments, terminal in
            let holder = arguments.positionals[0].percentEncoded
            let place = "/operator/institutions/\(arguments.required("institution"))/users/\(holder)"
            let receipt = try operate("\(place)/credits/\(arguments.positionals[1])/receipt", nil, arguments)
            terminal.print(receipt.canonicalString)
            return .done
        })

    static let credits = Command(
        syntax: CommandSyntax(
            "credits", "A holder's wallet: what can be spent, until when, and what was spent.",
            positionals: [.init("HOLDER", "The id of a holder, as requests have it.")],
            options: [
                .data, .init("institution", "ID", "Whose holder it is, such as i0123456789abcdef.", isRequired: true),
                .passphraseFile, .json,
            ],
            example: "punctual credits --data ./issuer --institution i0123456789abcdef urn:uuid:7f9c"),
        run: { arguments, terminal in
            let holder = arguments.positionals[0].percentEncoded
            let place = "/operator/institutions/\(arguments.required("institution"))/users/\(holder)"
            let credits = try operate(place + "/credits", nil, arguments)
            let access = try operate(place + "/entitlements", nil, arguments)
            if arguments.has("json") {
                terminal.print(JSON.object(["credits": credits, "entitlements": access]).canonicalString)
                return .done
            }
            for (unit, minor) in credits["balance"]?.objectValue ?? [:] {
                let held = credits["reserved"]?[unit]?.integerValue ?? 0
                terminal.print("\(minor.integerValue ?? 0) \(unit)" + (held > 0 ? ", and \(held) held" : ""))
            }
            for lot in credits["lots"]?.arrayValue ?? [] {
                let (left, unit) = (lot["left"]?.integerValue ?? 0, lot["unit"]?.stringValue ?? "")
                terminal.print("  \(left) \(unit) until \(lot["until"]?.stringValue ?? "")")
            }
            for movement in credits["movements"]?.arrayValue ?? [] {
                let (what, at) = (movement["movement"]?.stringValue ?? "", movement["at"]?.stringValue ?? "")
                let amount =
                    movement["minor"]?.integerValue.map { " \($0) \(movement["unit"]?.stringValue ?? "")" } ?? ""
                terminal.print("  \(at)  \(what)\(amount)  \(movement["purpose"]?.stringValue ?? "")")
            }
            terminal.print("premium access: " + (access["premium"] == true ? "yes" : "no"))
            return .done
        })
}

import CanonicalJSON
import Console

/// Money that broken promises gave back.
extension Command {
    static let listRefunds = Command(
        syntax: CommandSyntax(
            "refund list", "The refunds that wait for the bank: claim key, request, amount.",
            options: [
                .data, .init("all", nil, "Also those that were settled."), .passphraseFile, .json,
            ],
            example: "punctual refund list --data ./issuer"),
        run: { arguments, terminal in
            let path = arguments.has("all") ? "/operator/refunds/all" : "/operator/refunds"
            let list = try operate(path, nil, arguments)
            if arguments.has("json") {
                terminal.print(list.canonicalString)
                return .done
            }
            let refunds = list["refunds"]?.arrayValue ?? []
            for refund in refunds {
                let amount = "\(refund["minor"]?.integerValue ?? 0) \(refund["unit"]?.stringValue ?? "")"
                let state = refund["settledAt"]?.stringValue.map { "settled \($0)" } ?? "waits"
                terminal.print("\(refund["claimKey"]?.stringValue ?? "")  \(amount)  \(state)")
                terminal.print("  request \(refund["request"]?.stringValue ?? "")")
            }
            if refunds.isEmpty { terminal.print("No refund waits.") }
            return .done
        })

    static let settleRefund = Command(
        syntax: CommandSyntax(
            "refund settle", "Say, once, that the money of a refund was paid out.",
            positionals: [.init("CLAIMKEY", "Which, as refund list shows it.")],
            options: [.data, .passphraseFile, .json],
            example: "punctual refund settle --data ./issuer "
                + "5b1f0c3a9d2e48675b1f0c3a9d2e48675b1f0c3a9d2e48675b1f0c3a9d2e4867"),
        run: { arguments, terminal in
            let claimKey = arguments.positionals[0]
            let settled = try operate(
                "/operator/refunds/\(claimKey)/settle", JSON.object([:]).canonicalBytes, arguments)
            let amount = "\(settled["minor"]?.integerValue ?? 0) \(settled["unit"]?.stringValue ?? "")"
            terminal.print(arguments.has("json") ? settled.canonicalString : "Settled: \(amount) left the bank.")
            return .done
        })
}

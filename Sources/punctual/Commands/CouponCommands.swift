import CanonicalJSON
import Console
import Hosting
import Multiformats

/// Coupons on the command line: the operator's word without a key file, a member of staff's with one.
extension Command {
    static let couponCommands: [Command] = [
        mintCoupon, sendCoupon, showCoupon, redeemCoupon, reserveCoupon, confirmCoupon, releaseCoupon, revokeCoupon,
        reportCoupons, limitCoupons, rotateCouponKey,
    ]

    private static let mintCoupon = coupon(
        "mint", "Mint a coupon or a batch; prints the codes, which are kept nowhere.",
        options: [
            .init("kind", "KIND", "single-use or gift-card; single-use if not given."),
            .init("unit", "UNIT", "PFC, ISSUANCES or a currency.", isRequired: true),
            .init("minor", "N", "What each is worth.", isRequired: true),
            .init("until", "TIME", "From when on it is worth nothing, such as 2027-01-01T00:00:00Z.", isRequired: true),
            .init("reason", "REASON", "compensation, goodwill, promotion, gift or replacement.", isRequired: true),
            .init("count", "N", "How many, up to 100; 1 if not given."),
            .init("holder", "ID", "The only person who may redeem it."),
            .init("key-thumbprint", "TEXT", "The only key that may redeem it (RFC 7638)."),
            .init("note", "TEXT", "Why; kept beside the log, not in it."),
        ], example: "--unit PFC --minor 500 --until 2027-01-01T00:00:00Z --reason goodwill"
    ) { arguments, terminal in
        var body: JSONObject = ["kind": .string(arguments.value("kind") ?? "single-use")]
        for name in ["unit", "until", "reason", "holder", "note"] {
            body[name] = arguments.value(name).map(JSON.string)
        }
        body["keyThumbprint"] = arguments.value("key-thumbprint").map(JSON.string)
        body["minor"] = .integer(try number(arguments, "minor"))
        if arguments.value("count") != nil { body["count"] = .integer(try number(arguments, "count")) }
        let minted = try ask("", .object(body), arguments)
        print(minted, arguments, terminal) { minted in
            let what = "\(plain(minted["minor"])) \(plain(minted["unit"])) until \(plain(minted["until"]))"
            return ["Batch \(plain(minted["batch"])), each worth \(what)."]
                + (minted["coupons"]?.arrayValue ?? []).map {
                    "  \(plain($0["code"]))  \(plain($0["coupon"]).prefix(16))…"
                }
        }
        return .done
    }

    private static let sendCoupon = coupon(
        "send", "Note by which channel a coupon was sent, and to whom.",
        positionals: [.init("COUPON", "Its name in the log, 64 digits.")],
        options: [
            .init("channel", "NAME", "email, chat, text, social, phone, print or api.", isRequired: true),
            .init("holder", "ID", "To whom; binds a coupon that was nobody's."),
        ], example: "--channel chat 5f0c…"
    ) { arguments, terminal in
        var body: JSONObject = ["channel": .string(arguments.required("channel"))]
        body["holder"] = arguments.value("holder").map(JSON.string)
        let sent = try ask("/\(arguments.positionals[0])/send", .object(body), arguments)
        print(sent, arguments, terminal) { ["Sent by \(plain($0["channel"]))."] }
        return .done
    }

    private static let showCoupon = coupon(
        "show", "One coupon with its code, or the newest without theirs.",
        positionals: [.init("COUPON", "Its name in the log, 64 digits.", isOptional: true)], options: [],
        example: ""
    ) { arguments, terminal in
        guard let name = arguments.positionals.first else {
            let list = try ask("", nil, arguments)
            print(list, arguments, terminal) { list in
                [row("COUPON", "STATE", "LEFT", "UNIT", "UNTIL")]
                    + (list["coupons"]?.arrayValue ?? []).map {
                        row(
                            String(plain($0["coupon"]).prefix(16)) + "…", plain($0["state"]), plain($0["left"]),
                            plain($0["unit"]), plain($0["until"]))
                    }
            }
            return .done
        }
        let coupon = try ask("/\(name)", nil, arguments)
        print(coupon, arguments, terminal) { coupon in
            ["code", "state", "left", "unit", "until", "kind", "reason", "batch", "by", "channel", "leaked"]
                .filter { coupon[$0] != nil }
                .map { $0.padded(to: 8) + plain(coupon[$0]) }
        }
        return .done
    }

    private static let redeemCoupon = presented(
        "redeem", "Redeem a coupon by its code: once, whoever tries.", [], "1ABCD-EFGHJ-KMNPQ-RSTVW"
    ) { _ in [:] }

    private static let reserveCoupon = presented(
        "reserve", "Hold a coupon for a cart; prints the number to confirm or release it by.",
        [.init("seconds", "N", "For how long, up to 3600.", isRequired: true)],
        "--seconds 600 1ABCD-EFGHJ-KMNPQ-RSTVW"
    ) { ["timeoutSeconds": .integer(try number($0, "seconds"))] }

    private static let confirmCoupon = resolved("confirm", "Redeem what a cart holds.", "Redeemed.")
    private static let releaseCoupon = resolved("release", "Give a coupon back from a cart.", "Released.")

    private static let revokeCoupon = coupon(
        "revoke", "Make a coupon, or what is left of its batch, worthless at once.",
        options: [
            .init("batch", "N", "The number of the batch.", isRequired: true),
            .init("coupon", "NAME", "That one only."),
            .init("reason", "REASON", "error, fraud, leak or withdrawn.", isRequired: true),
            .init("note", "TEXT", "Why; kept beside the log, not in it."),
        ], example: "--batch 128 --reason leak"
    ) { arguments, terminal in
        var body: JSONObject = [
            "batch": .integer(try number(arguments, "batch")), "reason": .string(arguments.required("reason")),
        ]
        for name in ["coupon", "note"] { body[name] = arguments.value(name).map(JSON.string) }
        let revoked = try ask("/revoke", .object(body), arguments)
        print(revoked, arguments, terminal) { ["Revoked; \(plain($0["minor"])) can be redeemed no more."] }
        return .done
    }

    private static let reportCoupons = coupon(
        "report", "What became of all coupons, by agent, channel, day, reason and batch.", options: [], example: ""
    ) { arguments, terminal in
        let report = try ask("/report", nil, arguments)
        print(report, arguments, terminal) { report in
            [row("", "MINTED", "REDEEMED", "LEFT", "UNIT")]
                + ["all", "agent", "channel", "day", "reason", "batch"].flatMap { group in
                    (report[group]?.arrayValue ?? []).map { line in
                        let name = group == "all" ? "all" : "\(group) \(plain(line[group]))"
                        let redeemed = line["states"]?["redeemed"]?.integerValue ?? 0
                        return row(name, plain(line["minted"]), "\(redeemed)", plain(line["left"]), plain(line["unit"]))
                    }
                }
        }
        return .done
    }

    private static let limitCoupons = coupon(
        "limits", "Say how much may be minted in 30 days, and by one member of staff in a day.",
        options: [
            .init("unit", "UNIT", "PFC, ISSUANCES or a currency.", isRequired: true),
            .init("budget", "N", "The most in 30 days.", isRequired: true),
            .init("per-agent", "N", "The most of one member of staff in 24 hours.", isRequired: true),
        ], example: "--unit PFC --budget 100000 --per-agent 5000"
    ) { arguments, terminal in
        let body: JSON = [
            "unit": .string(arguments.required("unit")), "budget": .integer(try number(arguments, "budget")),
            "perAgent": .integer(try number(arguments, "per-agent")),
        ]
        let path = "/operator/institutions/\(arguments.required("institution"))/coupons/limits"
        let limits = try operate(path, body.canonicalBytes, arguments)
        print(limits, arguments, terminal) { limits in
            ["Up to \(plain(limits["budget"])) \(plain(limits["unit"])) in 30 days may be minted."]
        }
        return .done
    }

    static let rotateCouponKey = Command(
        syntax: CommandSyntax(
            "coupon rotate-key", "Make the next key of coupon codes; codes of the old ones stay good.",
            options: [.data, .passphraseFile, .json], example: "punctual coupon rotate-key --data ./issuer"),
        run: { arguments, terminal in
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let now = try operate("/operator/coupons/key", nil, arguments)["version"]?.integerValue ?? 1
            try DataDirectory(arguments.required("data")).makeCouponKey(version: Int(now) + 1, on: machine)
            let added = try operate("/operator/coupons/key", JSON.object([:]).canonicalBytes, arguments)
            print(added, arguments, terminal) { ["New codes are of version \(plain($0["version"]))."] }
            return .done
        })
}

/// What the commands have in common.
extension Command {
    private static func coupon(
        _ word: String, _ summary: String, positionals: [CommandSyntax.Positional] = [],
        options: [CommandSyntax.Option], example: String,
        _ run: @escaping @Sendable (Arguments, Terminal) throws -> ExitCode
    ) -> Command {
        let common: [CommandSyntax.Option] = [
            .data, .init("institution", "ID", "Whose coupons, such as i0123456789abcdef.", isRequired: true),
            .init("key-file", "FILE", "The API key of a member of staff; without it the operator does it."),
            .passphraseFile, .json,
        ]
        return Command(
            syntax: CommandSyntax(
                "coupon \(word)", summary, positionals: positionals, options: options + common,
                example: "punctual coupon \(word) --data ./issuer --institution i0123456789abcdef"
                    + (example.isEmpty ? "" : " " + example)), run: run)
    }

    private static func presented(
        _ word: String, _ summary: String, _ options: [CommandSyntax.Option], _ example: String,
        _ more: @escaping @Sendable (Arguments) throws -> JSONObject
    ) -> Command {
        coupon(
            word, summary, positionals: [.init("CODE", "As it was sent; lower case will do.")],
            options: options + [
                .init("holder", "ID", "Who redeems it."), .init("minor", "N", "How much of a gift card."),
                .init("reference", "TEXT", "For your books; kept beside the log."),
            ], example: example
        ) { arguments, terminal in
            var body = try more(arguments)
            body["code"] = .string(arguments.positionals[0])
            for name in ["holder", "reference"] { body[name] = arguments.value(name).map(JSON.string) }
            if arguments.value("minor") != nil { body["minor"] = .integer(try number(arguments, "minor")) }
            let answer = try ask("/" + word, .object(body), arguments)
            print(answer, arguments, terminal) { answer in
                guard let number = answer["reservation"]?.integerValue else {
                    return ["Redeemed: \(plain(answer["minor"])) \(plain(answer["unit"]))."]
                }
                return ["Held until \(plain(answer["until"])) as reservation \(number)."]
            }
            return .done
        }
    }

    private static func resolved(_ word: String, _ summary: String, _ done: String) -> Command {
        coupon(
            word, summary, positionals: [.init("NUMBER", "The reservation, as reserve printed it.")], options: [],
            example: "140"
        ) { arguments, terminal in
            let answer = try ask("/reservations/\(arguments.positionals[0])/\(word)", [:], arguments)
            print(answer, arguments, terminal) { _ in [done] }
            return .done
        }
    }

    /// Asks the service: as a member of staff with a key file, else as the operator. A question has no body.
    private static func ask(_ path: String, _ body: JSON?, _ arguments: Arguments) throws -> JSON {
        let place = "/institutions/\(arguments.required("institution"))/coupons\(path)"
        if arguments.value("key-file") != nil { return try act("/v1" + place, body, arguments) }
        let key = body == nil ? nil : "punctual-" + Hex.encode(Machine.randomBytes(16))
        return try operate("/operator" + place, body?.canonicalBytes, idempotencyKey: key, arguments)
    }

    private static func print(
        _ answer: JSON, _ arguments: Arguments, _ terminal: Terminal, _ words: (JSON) -> [String]
    ) {
        if arguments.has("json") { return terminal.print(answer.canonicalString) }
        for line in words(answer) { terminal.print(line) }
    }

    private static func number(_ arguments: Arguments, _ name: String) throws -> Int64 {
        guard let number = Int64(arguments.required(name)) else { throw UsageError("--\(name) is a whole number.") }
        return number
    }

    private static func plain(_ json: JSON?) -> String {
        switch json {
        case .string(let text): text
        case .bool(let flag): flag ? "yes" : "no"
        case nil: ""
        case let other?: other.canonicalString
        }
    }

    private static func row(
        _ first: String, _ second: String, _ third: String, _ fourth: String, _ fifth: String
    ) -> String {
        "\(first.padded(to: 26)) \(second.padded(to: 9)) \(third.padded(to: 9)) \(fourth.padded(to: 9)) \(fifth)"
    }
}

extension String {
    /// Filled with spaces on the right, or cut, for a column of a table.
    fileprivate func padded(to width: Int) -> String {
        let text = prefix(width)
        return text + String(repeating: " ", count: width - text.count)
    }
}

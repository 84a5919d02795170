import CanonicalJSON

/// What is published of a month, for people. Every number stands in the document itself, which the page links to.
extension HTMLPage {
    static func reviews(_ list: JSONObject) -> HTMLPage {
        let months = list["reviews"]?.arrayValue?.compactMap { $0["month"]?.stringValue } ?? []
        return HTMLPage(
            title: "How we did, month by month",
            parts: [.paragraph("Each review follows from the log alone, and anybody can compute it again.")]
                + months.reversed().map { .link($0, to: "/reviews/\($0)") })
    }

    static func review(_ review: JSON) -> HTMLPage {
        let month = review["month"]?.stringValue ?? ""
        func number(_ json: JSON?) -> String { json?.integerValue.map { "\($0)" } ?? "" }
        var rows = [
            ("Requests accepted", number(review["requests"]?["accepted"])),
            ("Late requests", number(review["affected"])),
            ("Late, and nobody noticed", number(review["missed"])),
            ("Incidents", number(review["incidents"]?["opened"])),
            ("Lessons that are overdue", number(review["actions"]?["overdue"])),
        ]
        for row in review["promises"]?.arrayValue ?? [] {
            let kept = row["kept"] == nil ? "" : "\(number(row["kept"])) kept, "
            rows.append(
                ("Promises: \(row["objective"]?.stringValue ?? "")", kept + "\(number(row["broken"])) broken"))
        }
        for row in review["payments"]?.arrayValue ?? [] {
            rows.append(
                (
                    "Given (\(row["model"]?.stringValue ?? ""))",
                    "\(number(row["minor"])) \(row["unit"]?.stringValue ?? ""), in \(number(row["count"])) payments"
                ))
        }
        return HTMLPage(
            title: "Review of \(month)",
            parts: [
                .table(rows), .heading("What people said"), .table(figures(review["surveys"]?["all"])),
                .heading("The document itself"),
                .paragraph(
                    "It is signed, and it is a fold over the first \(number(review["size"])) entries of the log."),
                .link("The document with its signature", to: "/reviews/\(month)?as=json"),
            ])
    }

    private static func figures(_ row: JSON?) -> [(name: String, value: String)] {
        let (asked, answered) = (row?["asked"]?.integerValue ?? 0, row?["answered"]?.integerValue ?? 0)
        var rows = [(name: "Asked and answered", value: "\(asked) asked, \(answered) answered")]
        for (member, name) in [("csat", "Satisfied (4 or 5 of 5)"), ("nps", "Would recommend us, less would not")] {
            guard let figure = row?[member] else {
                let least = row?["minAnswers"]?.integerValue ?? 0
                rows.append((name, "not stated of fewer than \(least) answers"))
                continue
            }
            func percent(_ member: String) -> String {
                let value = figure[member]?.integerValue ?? 0
                let digits = "\(abs(value) % 100)"
                return "\(value < 0 ? "-" : "")\(abs(value) / 100).\(digits.count < 2 ? "0" : "")\(digits) %"
            }
            rows.append(
                (
                    name,
                    "\(percent("value")) (\(percent("low")) to \(percent("high"))); if all who did not answer "
                        + "thought worst or best, \(percent("worst")) to \(percent("best"))"
                ))
        }
        return rows
    }
}

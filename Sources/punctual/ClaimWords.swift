import CanonicalJSON

/// A claim in words for a terminal of 80 columns.
enum ClaimWords {
    /// One line of a list.
    static func line(_ claim: JSON) -> String {
        "\(text(claim, "id"))  \(text(claim, "state"))  \(text(claim, "category"))"
    }

    static func lines(_ claim: JSON) -> [String] {
        var lines = ["Claim \(text(claim, "id"))"]
        func add(_ name: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            lines.append("  \(name)\(String(repeating: " ", count: max(1, 12 - name.count)))\(value)")
        }
        add("state", text(claim, "state") + (claim["outcome"]?.stringValue.map { ": \($0)" } ?? ""))
        add("about", text(claim, "category"))
        add("asked for", claim["requested"].map(amount))
        add("granted", claim["granted"].map(amount))
        add("filed", text(claim, "filedAt"))
        add("decided by", text(claim, "dueAt"))
        add("decided", text(claim, "decidedAt"))
        add("appeal until", text(claim, "appealUntil"))
        add("drawn", text(claim, "assignee"))
        add("policy", text(claim, "policy").isEmpty ? nil : String(text(claim, "policy").prefix(23)) + "…")
        for step in claim["history"]?.arrayValue ?? [] {
            lines.append("  \(text(step, "at"))  \(text(step, "type").dropFirst(6))")
        }
        return lines
    }

    private static func text(_ json: JSON, _ member: String) -> String { json[member]?.stringValue ?? "" }

    private static func amount(_ json: JSON) -> String {
        "\(json["minor"]?.integerValue ?? 0) \(text(json, "unit")) (\(text(json, "benefitType")))"
    }
}

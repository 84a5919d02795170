import CanonicalJSON
import ServiceLevels

extension HTMLPage {
    /// How lateness is foreseen, for people.
    static func forecast(_ document: JSONObject) -> HTMLPage {
        let fit = document["document"]
        let method = document["method"]?.stringValue ?? ""
        var parts: [Part] = [
            .paragraph("The method in use is \(method), because \(document["reason"]?.stringValue ?? "")."),
            .heading("What a stranger can count again"),
            .paragraph(
                "The table is made of the newest 20,000 requests with a review that were accepted before a midnight "
                    + "(UTC), from nothing but public entries: request.accepted (tenant, tier, review, acceptedAt, the "
                    + "service level and its calendar), request.held and request.resumed, credential.issued and "
                    + "request.cancelled, each by its time. Its hash stands in the entry forecast.fitted. A pause that "
                    + "was entered after that midnight for a time before it is the one thing that changes it later."),
        ]
        guard let fit, let scores = fit["scores"] else { return HTMLPage(title: "Forecast", parts: parts) }
        func percent(_ json: JSON?) -> String { json?.integerValue?.asPercent ?? "unknown" }
        parts += [
            .heading("How often it was right"),
            .paragraph(
                "A table made of the earlier half of the requests foretold the later half. The table in use is made of "
                    + "both."),
            .table([
                ("Requests", "\(fit["requests"]?.integerValue ?? 0), of which \(fit["late"]?.integerValue ?? 0) late"),
                ("Brier score", "\(percent(scores["brier"])) (0 % is best)"), ("Skill", percent(scores["skill"])),
                ("Calibration error", percent(scores["calibrationError"])),
                (
                    "Late and foretold",
                    "\(scores["foretold"]?.integerValue ?? 0) of \(scores["late"]?.integerValue ?? 0)"
                ),
                ("Entry", "\(document["entry"]?.integerValue ?? 0)"), ("Hash", document["hash"]?.stringValue ?? ""),
            ]),
            .list(
                (scores["reliability"]?.arrayValue ?? []).filter { $0["count"]?.integerValue ?? 0 > 0 }.map { bin in
                    let count = bin["count"]?.integerValue ?? 0
                    return "said \(percent(bin["said"])), came \(percent(bin["came"])): \(count) times"
                }),
        ]
        if let kept = fit["times"]?["kept"]?.integerValue, let of = fit["times"]?["of"]?.integerValue {
            parts += [.heading("Expected times"), .paragraph("Of the last \(of) stated, \(kept) were kept.")]
        }
        return HTMLPage(title: "Forecast", parts: parts)
    }
}

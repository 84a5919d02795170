import CanonicalJSON

/// Policy documents as the page of the log reads them, every part defaulted.
enum PolicyDocuments {
    /// Due after eight hours; 30 days of pauses for the requester, any length for maintenance, ten minutes by order.
    static func serviceLevel(
        id: String = "std", version: Int64 = 1, tenant: String = "default", from: String = "2026-01-01T00:00:00Z",
        target: JSON = ["elapsed": "PT8H"], appliesTo: JSON = ["all": []], priority: JSON? = nil, onCancel: JSON? = nil
    ) -> JSON {
        var spec: JSONObject = [
            "appliesTo": appliesTo,
            "objectives": [
                ["metric": "acknowledge", "target": ["elapsed": "PT1H"]],
                ["metric": "issue", "target": target, "boundary": "met-if-at-or-before"],
            ],
            "pause": [
                ["reason": "awaiting-requester", "evidence": "notice-delivered", "maxTotal": ["calendarDays": 30]],
                ["reason": "awaiting-requester", "evidence": "third-party-ticket", "maxTotal": ["elapsed": "PT1H"]],
                ["reason": "scheduled-maintenance", "evidence": "published-window"],
                ["reason": "legal-hold", "evidence": "court-order", "maxTotal": ["elapsed": "PT10M"]],
            ],
        ]
        spec["priority"] = priority
        spec["onCancel"] = onCancel
        return document("ServiceLevel", id: id, version: version, tenant: tenant, from: from, spec)
    }

    /// Credits of 500, 1000 and 2000 after 0, 4 and 24 hours, premium access of 7 and 30 days with the last two.
    static let tiers: JSON = [
        ["over": "deadline", "benefits": [credit(500)]],
        ["over": ["elapsed": "PT4H"], "benefits": [credit(1000), premium(7)]],
        ["over": ["elapsed": "PT24H"], "benefits": [credit(2000), premium(30)]],
    ]

    static func credit(_ minor: Int64, unit: String = "PFC") -> JSON {
        [
            "type": "credit", "class": "guaranteed", "amount": ["unit": .string(unit), "minor": .integer(minor)],
            "expires": ["calendarDays": 365],
        ]
    }

    static func premium(_ days: Int64) -> JSON {
        ["type": "premium-extension", "class": "guaranteed", "amount": ["unit": "DAYS", "minor": .integer(days)]]
    }

    /// Ten days to pay.
    static func compensation(
        id: String = "pocket-fit", version: Int64 = 1, tenant: String = "default",
        from: String = "2026-01-01T00:00:00Z",
        slaRef: String = "std", tiers: JSON = tiers, caps: JSON = [], within: JSON = ["calendarDays": 10]
    ) -> JSON {
        document(
            "Compensation", id: id, version: version, tenant: tenant, from: from,
            [
                "slaRef": .string(slaRef), "model": ["kind": "pocket-fit", "tiers": tiers], "caps": caps,
                "payout": ["within": within],
            ])
    }

    static func document(
        _ kind: String, id: String, version: Int64 = 1, tenant: String = "default",
        from: String = "2026-01-01T00:00:00Z", _ spec: JSONObject
    ) -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": .string(kind),
            "metadata": [
                "id": .string(id), "version": .integer(version), "tenant": .string(tenant),
                "effectiveFrom": .string(from), "title": ["en": "A policy"],
            ],
            "spec": .object(spec),
        ]
    }
}

extension LogBuilder {
    /// A log that begins with the policies of ``PolicyDocuments``.
    static func standard(
        _ serviceLevel: JSON = PolicyDocuments.serviceLevel(), _ compensation: JSON = PolicyDocuments.compensation()
    ) -> LogBuilder {
        var log = LogBuilder()
        log.publish(serviceLevel)
        log.publish(compensation)
        return log
    }
}

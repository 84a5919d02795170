import CanonicalJSON
import ServiceLevels
import Temporal
import TestSupport

/// The promise that the tests of this suite are about, written small.
enum Fixture {
    /// 100 seconds; two reasons with maxima, one without.
    static let document: JSON = [
        "apiVersion": "punctual/v1", "kind": "ServiceLevel",
        "metadata": [
            "id": "std", "version": 1, "tenant": "acme", "effectiveFrom": "2026-01-01T00:00:00Z",
            "title": ["en": "Standard"],
        ],
        "spec": [
            "appliesTo": ["all": [["fact": "request.tier", "op": "in", "value": ["standard", "premium"]]]],
            "priority": 100,
            "objectives": [
                [
                    "metric": "issue", "start": "request.accepted", "stop": "credential.available",
                    "target": ["elapsed": "PT100S"], "boundary": "met-if-at-or-before",
                ]
            ],
            "pause": [
                ["reason": "awaiting-requester", "evidence": "notice-delivered", "maxTotal": ["elapsed": "PT60S"]],
                [
                    "reason": "legal-hold", "evidence": "court-order", "maxTotal": ["calendarDays": 2],
                    "backdateLimit": "PT0S", "afterBreach": false,
                ],
                ["reason": "scheduled-maintenance", "evidence": "published-window"],
            ],
            "onCancel": "stop-clock-keep-breach",
        ],
    ]

    static func level(_ place: String = "/kind", _ value: JSON? = "ServiceLevel") throws -> ServiceLevel {
        try ServiceLevel(PolicyDocument(document.replacing(place, by: value)))
    }

    static func clock(onCancel: JSON = "stop-clock-keep-breach") throws -> PromiseClock {
        PromiseClock(try level("/spec/onCancel", onCancel), start: start)
    }

    static let start = Instant(milliseconds: 1_800_000_000_000)

    /// So many milliseconds after the start.
    static func at(_ milliseconds: Int64) -> Instant { start + Milliseconds(milliseconds) }
}

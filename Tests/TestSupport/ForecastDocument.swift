package import CanonicalJSON

extension JSON {
    /// A policy document of kind `Forecast` that is accepted.
    package static let forecastDocument: JSON = [
        "apiVersion": "punctual/v1", "kind": "Forecast",
        "metadata": [
            "id": "fc", "version": 1, "tenant": "default", "effectiveFrom": "2026-01-01T00:00:00Z",
            "title": ["en": "Forecast"],
        ],
        "spec": [
            "method": "landmark-slack", "warnAt": ["num": 1, "den": 4], "minHistory": 2000,
            "calibration": [
                "maxECE": ["num": 3, "den": 100], "minBrierSkill": ["num": 1, "den": 2],
                "fallback": "consumed-fraction",
            ],
            "eta": ["quantile": ["num": 9, "den": 10], "roundUpTo": "PT30M"],
        ],
    ]
}

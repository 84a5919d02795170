import Metrics
import TestSupport
import Testing

@Suite("The exposition format 0.0.4")
struct ExpositionTests {
    @Test("writes help, type and samples in the order of the format, and reads back as what was written")
    func page() throws {
        var page = Exposition()
        page.counter("x_requests_total", "Requests.", [.init(3, ("code", "2xx")), .init(1, ("code", "5xx"))])
        page.gauge("x_ready", "Ready.", [.init(1)])
        #expect(
            page.text == """
                # HELP x_requests_total Requests.
                # TYPE x_requests_total counter
                x_requests_total{code="2xx"} 3
                x_requests_total{code="5xx"} 1
                # HELP x_ready Ready.
                # TYPE x_ready gauge
                x_ready 1

                """)
        let read = try ExpositionReader(page.text)
        #expect(read.value("x_requests_total", ["code": "5xx"]) == "1")
        #expect(read.types == ["x_requests_total": "counter", "x_ready": "gauge"])
    }

    @Test("writes a histogram as cumulative buckets in seconds, with the sum and the count")
    func histogram() throws {
        let histogram = Histogram(bounds: [1_000_000, 5_000_000, 2_000_000_000])
        histogram.record(1_000_000)
        histogram.record([1_000_001, 5_000_000, 9_999_999_999])
        var page = Exposition()
        page.histogram(
            "x_seconds", "Time.", .seconds, bounds: histogram.bounds, [([("kind", "read")], histogram.snapshot)])
        #expect(
            page.text == """
                # HELP x_seconds Time.
                # TYPE x_seconds histogram
                x_seconds_bucket{kind="read",le="0.001"} 1
                x_seconds_bucket{kind="read",le="0.005"} 3
                x_seconds_bucket{kind="read",le="2"} 3
                x_seconds_bucket{kind="read",le="+Inf"} 4
                x_seconds_sum{kind="read"} 10.007
                x_seconds_count{kind="read"} 4

                """)
        _ = try ExpositionReader(page.text)
    }

    @Test("escapes what labels and help may not hold")
    func escapes() throws {
        var page = Exposition()
        let value = "a\\b\"c\nd"
        page.gauge("x", "one\ntwo \\", [.init(1, ("label", value))])
        #expect(page.text.contains(#"# HELP x one\ntwo \\"#) && page.text.contains(#"x{label="a\\b\"c\nd"} 1"#))
        #expect(try ExpositionReader(page.text).value("x", ["label": value]) == "1")
    }

    @Test(
        "writes nanoseconds as seconds with the digits that they have",
        arguments: [
            (0, "0"), (1, "0.000000001"), (1_000_000_000, "1"), (1_500_000_000, "1.5"), (-500_000_000, "-0.5"),
            (60_000_000_010, "60.00000001"), (Int64.max, "9223372036.854775807"),
            (Int64.min, "-9223372036.854775808"),
        ] as [(Int64, String)])
    func decimals(nanoseconds: Int64, text: String) {
        #expect(Decimal(nanoseconds: nanoseconds).text == text)
    }

    @Test("a histogram counts each value in the first bound that it does not pass", arguments: 1...20)
    func counting(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let bounds = Array(Set((0..<8).map { _ in Int64.random(in: -50...50, using: &random) })).sorted()
        let histogram = Histogram(bounds: bounds)
        let values = (0..<200).map { _ in Int64.random(in: -60...60, using: &random) }
        histogram.record(values.prefix(100))
        for value in values.dropFirst(100) { histogram.record(value) }
        let snapshot = histogram.snapshot
        for (place, bound) in bounds.enumerated() {
            #expect(snapshot.cumulative[place] == Int64(values.count { $0 <= bound }))
        }
        #expect(snapshot.count == 200 && snapshot.sum == values.reduce(0, +))
    }

    @Test(
        "the reader that the other tests check pages with refuses what is not the format",
        arguments: [
            "x 1", "# TYPE x gauge\nx one\n", "# TYPE x gauge\nx{a=b} 1\n", "# TYPE x gauge\nx{a=\"b} 1\n",
            "# TYPE x gauge\n# TYPE x gauge\nx 1\n", "# TYPE x thing\nx 1\n", "# TYPE x counter\nx 1\n",
            "# TYPE x gauge\nx 1\nx 2\n", "# TYPE x gauge\ny 1\n", "# TYPE x gauge\nx 1", "# TYPE 0x gauge\n0x 1\n",
            "# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
            "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
            "# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n",
        ])
    func refusals(text: String) {
        #expect(throws: (any Error).self) { try ExpositionReader(text) }
    }
}

import Foundation
import Testing

@testable import CachetoryLoadTest

struct ReportPageTests {
    private func sample(
        _ begin: Double, _ operations: Int, p50: Double = 100, errors: Int = 0, wrongValues: Int = 0
    ) -> IntervalSample {
        IntervalSample(
            begin: begin, seconds: 1, operations: operations, opsPerSecond: Double(operations),
            latency: operations > 0
                ? Report.Latency(p50: p50, p90: 150, p99: 200, p999: 300, max: 900)
                : Report.Latency(p50: 0, p90: 0, p99: 0, p999: 0, max: 0),
            errors: errors, wrongValues: wrongValues)
    }

    private func page(_ intervals: [IntervalSample], _ faults: FaultLog.Summary = .init(), interrupted: Bool = false)
        -> ReportPage
    {
        let recorder = LatencyRecorder()
        for _ in 0..<intervals.map(\.operations).reduce(0, +) { recorder.record(100_000) }
        var outcome = Outcome()
        outcome.latencies = recorder.histogram()
        outcome.time = UInt64(intervals.count) * 1_000_000_000
        outcome.intervals = intervals
        outcome.wasInterrupted = interrupted
        let options = Options()
        var report = Report(outcome, faults, options: options, url: "redis://h/<0>", connections: 8, peakMemory: 1)
        report.environment = RunEnvironment(
            server: "Redis 7.0.15", program: "load-test, release build", machine: "2 processors (<one> kind)",
            system: "Linux 6.1")
        return ReportPage(
            report: report, latencies: outcome.latencies, heading: report.heading(options), date: "2026-11-26")
    }

    /// The page as XML: without the line that is HTML's own, and with the two tags ended that HTML leaves open.
    private func xml(_ page: ReportPage) -> String {
        page.html
            .replacing("<!DOCTYPE html>\n", with: "")
            .replacing(/<(meta [^>]*|br)>/) { "<\($0.1)/>" }
    }

    @Test func `it shows throughput, latencies and their distribution, and needs nothing from elsewhere`() {
        let page = page([sample(0, 100), sample(1, 200)])
        #expect(page.plots.map(\.title) == ["Throughput", "Latency over time", "Latency distribution"])
        #expect(Markup.problem(in: xml(page)) == nil)
        #expect(page.html.contains("redis://h/&lt;0&gt;"))
        #expect(page.html.contains("No errors, and every value was right."))
        #expect(page.html.contains("prefers-color-scheme: dark"))
        // No address, no script, no import: it is complete.
        #expect(!page.html.contains(/src=|href=|url\(|<script|@import|<link/))
    }

    @Test func `faults have a plot, a sentence and a table`() {
        var faults = FaultLog.Summary()
        faults.errors = 7
        faults.kinds = ["no <route>": 5, "late": 2]
        faults.wrongValues = 1
        faults.examples = ["key: <other>"]
        let page = page([sample(0, 100, errors: 7), sample(1, 100, wrongValues: 1)], faults)
        #expect(page.plots.map(\.title).contains("Errors and wrong values"))
        #expect(Markup.problem(in: xml(page)) == nil)
        for part in ["7 errors, 1 wrong values.", "no &lt;route&gt;", "key: &lt;other&gt;", "Errors by kind"] {
            #expect(page.html.contains(part), "\(part)")
        }
    }

    @Test func `an interval without operations is a gap in the latencies, and zero in the throughput`() throws {
        let page = page([sample(0, 100), sample(1, 0), sample(2, 100)])
        let (throughput, latency) = (page.plots[0], page.plots[1])
        #expect(try #require(throughput.curves.first).points.allSatisfy { $0.y != nil })
        for curve in latency.curves {
            #expect(curve.points.map { $0.y == nil } == [false, false, true, true, false, false])
        }
    }

    @Test func `the figures of a terminal are a table, with the unit as it is printed`() {
        let page = page([sample(0, 100)])
        for (name, value) in page.report.figures(microseconds: "µs") {
            #expect(page.html.contains(HTML.row(name, value)), "\(name)")
        }
        #expect(page.html.contains("µs per operation"))
        #expect(page.html.contains("<title>load-test: get, async, 50 tasks</title>"))
    }

    @Test func `it says on which machine it was, and with which versions`() {
        let page = page([sample(0, 100)])
        #expect(page.html.contains("<h2>Machine and versions</h2>"))
        for part in ["Redis 7.0.15", "load-test, release build", "2 processors (&lt;one&gt; kind)", "Linux 6.1"] {
            #expect(page.html.contains(part), "\(part)")
        }
    }

    @Test func `the nodes of a cluster are a table`() {
        var page = page([sample(0, 100)])
        #expect(!page.html.contains("<h2>Nodes</h2>"))
        var report = page.report
        report.nodes = [
            Report.Node(node: "10.0.0.1:7000", operations: 1234, errors: 5, latency: report.latency)
        ]
        page = ReportPage(report: report, latencies: page.latencies, heading: page.heading, date: page.date)
        #expect(Markup.problem(in: xml(page)) == nil)
        #expect(page.html.contains("<h2>Nodes</h2>"))
        #expect(page.html.contains("<th scope=\"row\">10.0.0.1:7000</th><td>1,234</td><td>5</td>"))
    }

    @Test func `a tile's number stands apart from its unit, so that a large one may go on in the next line`() {
        let tiles = page([sample(0, 1_234_567)]).tiles
        #expect(tiles.contains("<dd>1,234,567 <small>ops/s</small></dd>"))
        #expect(tiles.matches(of: /<dd>[0-9.,]+ <small>[^<]+<\/small><\/dd>/).count == 5)
    }

    @Test func `nothing has a least width that a telephone has not`() {
        #expect(!PageStyle.css.contains("min-width: "))
        #expect(!PageStyle.css.contains("overflow-x"))
        let widths = PageStyle.css.matches(of: /minmax\(([0-9]+)px/).compactMap { Int($0.1) }
        #expect(widths.allSatisfy { $0 <= 320 })
    }

    @Test func `a run that did nothing has a page without plots`() {
        let page = page([], interrupted: true)
        #expect(page.plots.isEmpty)
        #expect(page.html.contains("Interrupted. Nothing was done."))
        #expect(Markup.problem(in: xml(page)) == nil)
    }
}

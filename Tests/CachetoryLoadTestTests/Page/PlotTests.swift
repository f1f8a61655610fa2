import Foundation
import Testing

@testable import CachetoryLoadTest

struct PlotTests {
    private let frame = PlotFrame(
        x: .time(upTo: 10, label: { "\($0)" }), y: .linear(upTo: 10, label: { "\($0)" }), xTitle: "x < y", yTitle: "y")

    @Test func `text has nothing in it that is markup`() {
        #expect(HTML.escaped("<a href=\"x\">&'</a>") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;")
        #expect(HTML.escaped("ä µs 👍") == "ä µs 👍")
    }

    @Test(arguments: ["<", ">", "&", "\"", "'"])
    func `a sign of markup is none with a combining mark behind it either`(sign: String) {
        let escaped = HTML.escaped("\(sign)\u{301}\(sign)\u{FE0F}")
        #expect(!escaped.unicodeScalars.dropFirst().contains { $0 == sign.unicodeScalars.first && $0 != "&" })
        #expect(escaped.utf8.count == 2 * HTML.escaped(sign).utf8.count + "\u{301}\u{FE0F}".utf8.count)
    }

    @Test func `a page has each plot in a size for a telephone, too`() {
        let svg = Plot(title: "t", frame: frame, curves: []).svg
        for size in PlotSize.all {
            #expect(svg.contains("<svg class=\"\(size.style)\" viewBox=\"0 0 \(Int(size.width)) \(Int(size.height))\""))
        }
        #expect(PlotSize.narrow.width <= 340)
    }

    @Test(arguments: [0.3, 1, 9, 59, 170, 3500, 80_000])
    func `labels of an axis do not run into each other`(seconds: Double) {
        let axis = TimeUnit(for: seconds).axis(upTo: seconds)
        let frame = PlotFrame(x: axis, y: .linear(upTo: 1) { "\($0)" }, xTitle: "x", yTitle: "y")
        for size in PlotSize.all {
            let frame = frame.sized(size)
            let labels = frame.horizontalLabels
            #expect(labels.count >= 3 && labels.first?.text == axis.ticks.first?.label)
            for (left, right) in zip(labels, labels.dropFirst()) {
                #expect(right.center - left.center >= 7 * Double(left.text.count + right.text.count) / 2)
            }
        }
    }

    @Test func `the last label of an axis is not cut off`() throws {
        let recorder = LatencyRecorder()
        for index in 1...200_000 { recorder.record(UInt64(index)) }
        let frame = LatencyDistribution(recorder.histogram()).plot.frame
        for size in PlotSize.all {
            for label in frame.sized(size).horizontalLabels {
                #expect(label.center + 3.5 * Double(label.text.count) <= size.width)
            }
        }
    }

    @Test func `a path is broken where a value is missing`() {
        #expect(SVG.path([(1, 2), (3, 4), nil, (5, 6), nil, nil, (7.25, 8)]) == "M1.0 2.0L3.0 4.0M5.0 6.0M7.2 8.0")
        #expect(SVG.path([]) == "")
    }

    @Test func `a value stands where the axes say, the largest at the top`() {
        let area = frame.area
        #expect(frame.horizontal(0) == area.left)
        #expect(frame.horizontal(10) == area.right)
        #expect(frame.vertical(0) == area.bottom)
        #expect(frame.vertical(10) == area.top)
        #expect(frame.vertical(5) == (area.top + area.bottom) / 2)
    }

    @Test func `a filled curve goes down to the axis at each gap`() throws {
        let points = [(0.0, 5.0), (1, 5), (2, nil), (3, 10)].map { Curve.Point(x: $0.0, y: $0.1) }
        let plot = Plot(
            title: "t", frame: frame, curves: [Curve(name: "c", style: "c1", points: points, isFilled: true)])
        let area = try #require(plot.svg.firstMatch(of: /class="area c1" d="([^"]*)"/)).1
        #expect(area.split(separator: "Z").count == 2)
        #expect(area.matches(of: /L[0-9.]+ 254\.0Z/).count == 2)
    }

    @Test func `it is well-formed whatever the names`() throws {
        let curves = ["<one>", "\"two\" & three"].map { name in
            Curve(name: name, style: "c1", points: [Curve.Point(x: 0, y: 1), Curve.Point(x: 10, y: 2)])
        }
        let plot = Plot(
            title: "a < b", frame: frame, curves: curves,
            spans: [Plot.Span(range: 1...2, text: "<&>", isMarked: true), Plot.Span(range: 0...10, text: "'")])
        #expect(Markup.problem(in: plot.svg) == nil)
        #expect(plot.svg.contains("<title>&lt;&amp;&gt;</title>"))
    }

    @Test func `the distribution gives each tenth of the rest the same room`() throws {
        let recorder = LatencyRecorder()
        for index in 1...10_000 { recorder.record(UInt64(index) * 1000) }
        let plot = LatencyDistribution(recorder.histogram()).plot
        #expect(plot.frame.x.ticks.map(\.label) == ["0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %"])
        let curve = try #require(plot.curves.first)
        let atTenth = try #require(curve.points.first { $0.x == 1 }?.y)
        #expect(abs(atTenth - 9000) < 9000 * 0.003)
        #expect(zip(curve.points, curve.points.dropFirst()).allSatisfy { ($0.y ?? 0) <= ($1.y ?? 0) })
    }
}

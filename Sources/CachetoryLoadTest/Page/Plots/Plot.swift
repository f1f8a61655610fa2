/// Curves over common axes, as an SVG.
struct Plot {
    /// A part of the horizontal axis with a tooltip.
    struct Span {
        let range: ClosedRange<Double>
        let text: String
        /// Whether it is tinted, or only there for the pointer.
        var isMarked = false
    }

    let title: String
    let frame: PlotFrame
    let curves: [Curve]
    var spans: [Span] = []

    /// The plot in all sizes, of which the page shows one.
    var svg: String {
        """
        <figure>
        <figcaption>\(HTML.escaped(title))\(legend)</figcaption>
        \(PlotSize.all.map(svg).joined(separator: "\n"))
        </figure>
        """
    }

    private func svg(_ size: PlotSize) -> String {
        let frame = frame.sized(size)
        let marked = spans.filter(\.isMarked).map { band($0, frame, style: "mark") }
        let hovered = spans.filter { !$0.isMarked }.map { band($0, frame, style: "hover") }
        let parts = marked + [frame.svg] + curves.map { draw($0, frame) } + hovered
        return """
            <svg class="\(size.style)" viewBox="0 0 \(Int(size.width)) \(Int(size.height))" role="img" \
            aria-label="\(HTML.escaped(title))">
            \(parts.joined(separator: "\n"))
            </svg>
            """
    }

    /// One curve needs no name: the title has it.
    private var legend: String {
        let shown = curves.count > 1 ? curves : []
        var names = shown.map { "<span class=\"key \($0.style)\">\(HTML.escaped($0.name))</span>" }
        if spans.contains(where: \.isMarked) { names.append("<span class=\"key marked\">server disturbed</span>") }
        guard !names.isEmpty else { return "" }
        return "<span class=\"legend\">\(names.joined())</span>"
    }

    private func draw(_ curve: Curve, _ frame: PlotFrame) -> String {
        let points = curve.points.map { point in
            point.y.map { (x: frame.horizontal(point.x), y: frame.vertical($0)) }
        }
        let line = "<path class=\"line \(curve.style)\" d=\"\(SVG.path(points))\"/>"
        return curve.isFilled ? area(under: points, down: frame.area.bottom, curve.style) + line : line
    }

    /// Each unbroken part of the curve, down to the axis.
    private func area(
        under points: [(x: Double, y: Double)?], down bottom: Double, _ style: String
    ) -> String {
        let parts = points.split(whereSeparator: { $0 == nil }).map { part in
            let part = part.compactMap { $0 }
            return SVG.path([(part[0].x, bottom)] + part + [(part[part.count - 1].x, bottom)]) + "Z"
        }
        return "<path class=\"area \(style)\" d=\"\(parts.joined())\"/>"
    }

    private func band(_ span: Span, _ frame: PlotFrame, style: String) -> String {
        let (from, to) = (frame.horizontal(span.range.lowerBound), frame.horizontal(span.range.upperBound))
        let area = frame.area
        // Wide enough to see and point at, however short it was.
        return "<rect class=\"\(style)\" x=\"\(SVG.number(from))\" width=\"\(SVG.number(max(1.5, to - from)))\" "
            + "y=\"\(SVG.number(area.top))\" height=\"\(SVG.number(area.bottom - area.top))\">"
            + "<title>\(HTML.escaped(span.text))</title></rect>"
    }
}

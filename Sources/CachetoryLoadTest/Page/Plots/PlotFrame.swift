/// The rectangle of a plot, its axes, and where on it a value stands. In SVG, `y` grows downwards.
struct PlotFrame {
    let x: Axis
    let y: Axis
    let xTitle: String
    let yTitle: String
    var size = PlotSize.wide

    /// Where the curves are.
    var area: (left: Double, right: Double, top: Double, bottom: Double) { size.area }

    /// The same axes in another size.
    func sized(_ size: PlotSize) -> PlotFrame {
        var frame = self
        frame.size = size
        return frame
    }

    func horizontal(_ value: Double) -> Double {
        area.left + x.position(of: value) * (area.right - area.left)
    }

    func vertical(_ value: Double) -> Double {
        area.bottom - y.position(of: value) * (area.bottom - area.top)
    }

    /// The lines of a grid, and the labels.
    var svg: String {
        let (left, right, top, bottom) = area
        let horizontals = y.ticks.map { tick in
            let at = vertical(tick.value)
            return SVG.line(from: (left, at), to: (right, at))
                + SVG.text(tick.label, x: left - 8, y: at + 4, anchor: "end")
        }
        let verticals = x.ticks.map { tick in
            let at = horizontal(tick.value)
            return SVG.line(from: (at, bottom), to: (at, bottom + 5))
        }
        let labels = horizontalLabels.map { label in
            SVG.text(label.text, x: label.center, y: bottom + 19, anchor: "middle")
        }
        let titles =
            SVG.text(xTitle, x: (left + right) / 2, y: bottom + 38, anchor: "middle", style: "title")
            + SVG.text(yTitle, x: 14, y: (top + bottom) / 2, anchor: "middle", style: "title", isVertical: true)
        return (horizontals + verticals + labels + [titles]).joined(separator: "\n")
    }

    /// The approximate width of a label's character, and the least gap between labels.
    private static let characterWidth = 7.0
    private static let labelGap = 8.0

    /// The labels of the horizontal axis, without those that overlap the one before. One that would leave the picture
    /// is moved left of its tick.
    var horizontalLabels: [(text: String, center: Double)] {
        var end = -Double.infinity
        return x.ticks.compactMap { tick in
            let half = Double(tick.label.count) * Self.characterWidth / 2
            let center = min(horizontal(tick.value), size.width - half)
            guard center - half >= end else { return nil }
            end = center + half + Self.labelGap
            return (tick.label, center)
        }
    }
}

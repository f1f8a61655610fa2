/// The rectangle of a plot, its axes, and where on it a value stands. In SVG, `y` grows downwards.
struct PlotFrame {
    static let width = 880.0
    static let height = 300.0

    /// Room for the labels of the axes; at the right for half of one.
    private static let left = 84.0
    private static let right = 34.0
    private static let top = 14.0
    private static let bottom = 46.0

    let x: Axis
    let y: Axis
    let xTitle: String
    let yTitle: String

    static let area = (left: left, right: width - right, top: top, bottom: height - bottom)

    func horizontal(_ value: Double) -> Double {
        Self.area.left + x.position(of: value) * (Self.area.right - Self.area.left)
    }

    func vertical(_ value: Double) -> Double {
        Self.area.bottom - y.position(of: value) * (Self.area.bottom - Self.area.top)
    }

    /// The lines of a grid, and the labels.
    var svg: String {
        let (left, right, top, bottom) = Self.area
        let horizontals = y.ticks.map { tick in
            let at = vertical(tick.value)
            return SVG.line(from: (left, at), to: (right, at))
                + SVG.text(tick.label, x: left - 8, y: at + 4, anchor: "end")
        }
        let verticals = x.ticks.map { tick in
            let at = horizontal(tick.value)
            return SVG.line(from: (at, bottom), to: (at, bottom + 5))
                + SVG.text(tick.label, x: at, y: bottom + 19, anchor: "middle")
        }
        let titles =
            SVG.text(xTitle, x: (left + right) / 2, y: bottom + 38, anchor: "middle", style: "title")
            + SVG.text(yTitle, x: 14, y: (top + bottom) / 2, anchor: "middle", style: "title", isVertical: true)
        return (horizontals + verticals + [titles]).joined(separator: "\n")
    }
}

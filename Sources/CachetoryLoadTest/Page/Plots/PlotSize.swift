/// The size of a plot, and the room in it for the labels of its axes. A page has each plot in both sizes and shows the
/// one that suits the window: a wide one scaled down to a telephone is unreadable.
struct PlotSize: Equatable {
    /// The style sheet's class that shows or hides it.
    let style: String
    let width: Double
    let height: Double

    /// Room for the labels of the axes; at the right for half of one.
    private let margins: (left: Double, right: Double, top: Double, bottom: Double)

    static let wide = PlotSize(
        style: "wide", width: 880, height: 300, margins: (left: 84, right: 34, top: 14, bottom: 46))
    static let narrow = PlotSize(
        style: "narrow", width: 340, height: 230, margins: (left: 70, right: 22, top: 12, bottom: 44))

    static let all = [wide, narrow]

    /// Where the curves are. In SVG, `y` grows downwards.
    var area: (left: Double, right: Double, top: Double, bottom: Double) {
        (margins.left, width - margins.right, margins.top, height - margins.bottom)
    }

    static func == (left: PlotSize, right: PlotSize) -> Bool { left.style == right.style }
}

import Foundation

/// Pieces of a drawing.
enum SVG {
    /// A coordinate, to a tenth of a pixel.
    static func number(_ value: Double) -> String {
        String(format: "%.1f", value)
    }

    /// A path through points; nil is a gap, after which it goes on.
    static func path(_ points: [(x: Double, y: Double)?]) -> String {
        var path = ""
        var isDrawing = false
        for point in points {
            if let point {
                path += "\(isDrawing ? "L" : "M")\(number(point.x)) \(number(point.y))"
            }
            isDrawing = point != nil
        }
        return path
    }

    /// A line of the grid.
    static func line(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) -> String {
        "<line class=\"grid\" x1=\"\(number(start.x))\" y1=\"\(number(start.y))\" "
            + "x2=\"\(number(end.x))\" y2=\"\(number(end.y))\"/>"
    }

    static func text(
        _ text: String, x: Double, y: Double, anchor: String, style: String = "label", isVertical: Bool = false
    ) -> String {
        let turn = isVertical ? " transform=\"rotate(-90 \(number(x)) \(number(y)))\"" : ""
        return "<text class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\"\(turn)>"
            + "\(HTML.escaped(text))</text>"
    }
}

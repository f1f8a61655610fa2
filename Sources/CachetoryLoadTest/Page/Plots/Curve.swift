/// A line in a plot.
struct Curve {
    struct Point {
        let x: Double
        /// Nil where there is no value, which is a gap in the line.
        let y: Double?
    }

    let name: String

    /// The class in the style sheet that gives it its colour.
    let style: String
    let points: [Point]

    /// Whether the area under it is tinted.
    var isFilled = false
}

extension Curve {
    /// A value for each interval, level from its beginning to its end.
    init(
        _ name: String, style: String, isFilled: Bool = false, of samples: [IntervalSample],
        _ value: (IntervalSample) -> Double?
    ) {
        self.init(
            name: name, style: style,
            points: samples.flatMap { [Point(x: $0.begin, y: value($0)), Point(x: $0.end, y: value($0))] },
            isFilled: isFilled)
    }
}

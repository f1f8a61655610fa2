/// How long the intervals of a run are.
enum IntervalLength {
    /// Of a run whose intervals are printed as it goes on.
    private static let soak = Duration.seconds(10)

    /// Of any other run: what a plot shows well.
    private static let usual = Duration.seconds(1)

    /// A short run is divided into so many, if they are no shorter than the shortest.
    private static let fewest = 20
    private static let shortest = Duration.milliseconds(100)

    /// A long run is divided into so many at most.
    private static let most = 600

    /// What the user said, or else what suits the length of the run.
    static func of(_ options: Options) -> Duration {
        if let interval = options.interval { return interval }
        guard case .duration(let duration) = options.length else { return usual }
        if options.soak { return min(soak, duration / 10) }
        return max(duration / most, min(usual, max(duration / fewest, shortest)))
    }
}

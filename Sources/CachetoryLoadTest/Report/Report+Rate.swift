extension Report {
    /// Below this share the report calls the rate missed. A schedule's last operations always end a little late.
    private static let missedShare = 0.95

    /// The share of the rate that was done; nil in a closed loop.
    var rateShare: Double? { rate.map { opsPerSecond / $0 } }

    /// How much of the rate was done, in words.
    var rateText: String? {
        guard let rate, let rateShare else { return nil }
        return "\(Self.percent(rateShare)) of \(NumberText.rate(rate)) ops/s"
    }

    /// Says that the rate was missed by far; nil if it was not, or in a closed loop.
    var missedRate: String? {
        guard let rateShare, rateShare < Self.missedShare, let rateText else { return nil }
        return "\(rateText) were done"
    }

    /// Why the run is a failure, where a share of the rate was demanded.
    func rateFailures(below share: Double) -> [String] {
        // A run that ended before it began has no rate.
        guard seconds > 0, let rateShare, rateShare < share, let rateText else { return [] }
        return ["\(rateText) were done, less than the \(Self.percent(share)) of --min-rate"]
    }

    /// Rounded down: 94.99 % is not 95 %.
    private static func percent(_ share: Double) -> String {
        "\(NumberText.fixed((share * 1000).rounded(.down) / 10, 1)) %"
    }
}

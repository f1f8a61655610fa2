extension Report {
    /// What was done to the server, and what it did to the calls.
    struct Chaos: Codable, Equatable {
        /// Reproduces the events in their order.
        var seed: UInt64
        var events: [ChaosEvent]
        /// The median and longest recovery, in milliseconds, of the events with a success in time.
        var medianRecovery, maxRecovery: Double?
        /// The share of 100 ms steps in which a call succeeded.
        var availability: Double
        /// The share of the time without a fault in progress.
        var calm: Double
        /// The latest call: milliseconds past its deadline, and how it ended.
        var latestCall: Double
        var latestCallEnd: String
        var lateCalls: Int
        /// How late a call may end, in milliseconds.
        var slack: Double
        /// Why chaos was aborted; nil if it was not.
        var brokeOff: String?

        enum CodingKeys: String, CodingKey {
            case seed, events, availability, calm
            case medianRecovery = "recovery_median_ms"
            case maxRecovery = "recovery_max_ms"
            case latestCall = "latest_call_ms"
            case latestCallEnd = "latest_call_end"
            case lateCalls = "late_calls"
            case slack = "slack_ms"
            case brokeOff = "broke_off"
        }
    }
}

extension Report.Chaos {
    /// - Parameter seconds: how long the run took.
    init(_ outcome: ChaosOutcome, seed: UInt64, slack: Duration, seconds: Double) {
        let recoveries = outcome.events.compactMap(\.recovery)
        let disturbed = outcome.events.reduce(0) { $0 + $1.seconds }
        self.init(
            seed: seed, events: outcome.events,
            medianRecovery: recoveries.median, maxRecovery: recoveries.max(),
            availability: outcome.availability.rounded(digits: 4),
            calm: seconds > 0 ? max(0, 1 - disturbed / seconds).rounded(digits: 4) : 1,
            latestCall: (Double(max(0, outcome.latestCall.lateness)) / 1e6).rounded(digits: 2),
            latestCallEnd: outcome.latestCall.end, lateCalls: outcome.lateCalls,
            slack: Double(slack.milliseconds), brokeOff: outcome.failure)
    }

    /// What no chaos excuses, in words; none if all is well.
    var failures: [String] {
        var failures = events.filter { $0.recovery == nil }.map { event in
            "no call succeeded in time after \(event.kind.rawValue) at \(NumberText.fixed(event.at, 1)) s"
        }
        if lateCalls > 0 {
            let late = NumberText.fixed(latestCall, 0)
            failures.append(
                "\(lateCalls) calls ended more than \(NumberText.fixed(slack, 0)) ms after their deadline, "
                    + "one of them \(late) ms: \(latestCallEnd)")
        }
        if let brokeOff { failures.append("the chaos broke off: \(brokeOff)") }
        return failures
    }

    /// The text for people: a row for each kind of event, and the calls.
    var text: String {
        let kinds = ChaosKind.allCases.compactMap(row)
        let rows =
            [("available", percent(availability)), ("undisturbed", percent(calm))]
            + [
                (
                    "latest call",
                    latestCall > 0 ? "\(NumberText.fixed(latestCall, 1)) ms late: \(latestCallEnd)" : "in time"
                )
            ]
        let heading = "\("Chaos".padded(to: 15)) events   lasting   first success after, median and longest"
        return ([heading] + kinds + rows.map { "\($0.0.padded(to: 14))\($0.1)" }).joined(separator: "\n")
    }

    private func row(_ kind: ChaosKind) -> String? {
        let events = events.filter { $0.kind == kind }
        guard !events.isEmpty else { return nil }
        let time = events.reduce(0) { $0 + $1.seconds }
        let recoveries = events.compactMap(\.recovery)
        let times = [recoveries.median, recoveries.max()].map { recovery in
            (recovery.map { "\(NumberText.fixed($0, 1)) ms" } ?? "never").rightAligned(in: 11)
        }
        return "  \(kind.rawValue.padded(to: 13))"
            + "\(events.count)".rightAligned(in: 7) + "\(NumberText.fixed(time, 1)) s".rightAligned(in: 10)
            + times.joined()
    }

    private func percent(_ share: Double) -> String {
        "\(NumberText.fixed(share * 100, 1)) % of the time"
    }
}

extension Report {
    /// What was done to the server or the cluster, and what it did to the calls.
    struct Chaos: Codable, Equatable {
        /// Reproduces the events in their order.
        var seed: UInt64
        var events: [ChaosEvent]
        /// The median and longest recovery, in milliseconds, of the events with a success in time.
        var medianRecovery, maxRecovery: Double?
        /// The share of 100 ms steps in which a call succeeded. In a cluster, the lowest of ``shards``.
        var availability: Double
        /// The same for the slots that each primary had at the start; nil of a single server.
        var shards: [Double]?
        /// The share of the time without a fault in progress.
        var calm: Double
        /// The latest call: milliseconds past its deadline, and how it ended.
        var latestCall: Double
        var latestCallEnd: String
        var lateCalls: Int
        /// How late a call may end, in milliseconds.
        var slack: Double
        /// Reads that found an acknowledged write lost, which no fault explains. They are wrong values as well.
        var lostReads: Int
        /// Writes lost in failovers, acknowledged so shortly before that asynchronous replication may lose them; nil of a
        /// single server.
        var lostInFailover: Int?
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
            case shards = "availability_by_shard"
            case lostReads = "lost_reads"
            case lostInFailover = "lost_in_failover"
        }
    }
}

extension Report.Chaos {
    /// - Parameter seconds: how long the run took.
    init(_ outcome: ChaosOutcome, seed: UInt64, slack: Duration, seconds: Double) {
        let recoveries = outcome.events.compactMap(\.recovery)
        let isCluster = outcome.subject == .cluster
        let shares = outcome.availability.map { $0.rounded(digits: 4) }
        let disturbed = outcome.events.reduce(0) { $0 + $1.seconds }
        self.init(
            seed: seed, events: outcome.events,
            medianRecovery: recoveries.median, maxRecovery: recoveries.max(),
            availability: shares.min() ?? 0, shards: isCluster ? shares : nil,
            calm: seconds > 0 ? max(0, 1 - disturbed / seconds).rounded(digits: 4) : 1,
            latestCall: (Double(max(0, outcome.latestCall.lateness)) / 1e6).rounded(digits: 2),
            latestCallEnd: outcome.latestCall.end, lateCalls: outcome.lateCalls,
            slack: Double(slack.milliseconds), lostReads: outcome.lostReads,
            lostInFailover: isCluster ? outcome.lostInFailover : nil, brokeOff: outcome.failure)
    }

    /// What no chaos excuses, in words; none if all is well.
    var failures: [String] {
        var failures = events.filter { $0.recovery == nil }.map { event in
            "no call succeeded in time after \(event.kind.rawValue) at \(NumberText.fixed(event.at, 1)) s"
        }
        failures += events.filter { $0.kind.isSeamless && $0.errors > 0 }.map { event in
            "\(event.errors) calls failed that began after \(event.kind.rawValue) at \(NumberText.fixed(event.at, 1)) s"
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
        let rows = [
            ("available", percent(availability) + shardText), ("undisturbed", percent(calm)),
            (
                "latest call",
                latestCall > 0 ? "\(NumberText.fixed(latestCall, 1)) ms late: \(latestCallEnd)" : "in time"
            ),
            ("lost", lostText),
        ]
        let heading = "\("Chaos".padded(to: 15)) events   lasting   first success after, median and longest   errors"
        return ([heading] + kinds + rows.map { "\($0.0.padded(to: 14))\($0.1)" }).joined(separator: "\n")
    }

    private func row(_ kind: ChaosKind) -> String? {
        let events = events.filter { $0.kind == kind }
        guard !events.isEmpty else { return nil }
        let time = events.reduce(0) { $0 + $1.seconds }
        let recoveries = events.compactMap(\.recovery)
        let errors = NumberText.grouped(events.reduce(0) { $0 + $1.errors })
        let times = [recoveries.median, recoveries.max()].map { recovery in
            (recovery.map { "\(NumberText.fixed($0, 1)) ms" } ?? "never").rightAligned(in: 11)
        }
        return "  \(kind.rawValue.padded(to: 13))"
            + "\(events.count)".rightAligned(in: 7) + "\(NumberText.fixed(time, 1)) s".rightAligned(in: 10)
            + times.joined() + errors.rightAligned(in: 29)
    }

    /// Acknowledged writes that were lost.
    private var lostText: String {
        let reads = lostReads == 0 ? "nothing" : "found by \(NumberText.grouped(lostReads)) reads"
        guard let lostInFailover else { return reads }
        let danger = ChaosCluster.danger.milliseconds
        return
            "\(reads); \(NumberText.grouped(lostInFailover)) writes acknowledged less than \(danger) ms before a primary ended"
    }

    /// The availability of each shard.
    private var shardText: String {
        guard let shards else { return "" }
        return " (by shard \(shards.map { NumberText.fixed($0 * 100, 1) }.joined(separator: ", ")))"
    }

    private func percent(_ share: Double) -> String {
        "\(NumberText.fixed(share * 100, 1)) % of the time"
    }
}

extension Options {
    /// Reads a command line without the program's name.
    ///
    /// An option and its value are two arguments or, joined by an equals sign, one. Given twice, the last one counts.
    init(arguments: [String]) throws(OptionError) {
        self.init()
        var given: Set<String> = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0] == "-h" ? "--help" : String(parts[0])
            guard name.hasPrefix("-") else { throw .notAnOption(argument) }
            guard let option = Option.table.first(where: { $0.name == name }) else { throw .unknown(name) }
            given.insert(name)
            try option.read(Self.value(of: option, inline: parts.dropFirst().first, rest: &rest), into: &self)
        }
        if chaos, !given.contains("--workload") {
            workload = .mixed
            if !given.contains("--read-ratio") { readRatio = Self.chaosReadRatio }
        }
        try checkTogether(given)
        try checkSoak(given)
        try checkChaos(given)
    }

    /// Crashes test writes more than reads.
    private static let chaosReadRatio = 0.5

    private static func value(
        of option: Option, inline: Substring?, rest: inout ArraySlice<String>
    ) throws(OptionError) -> String {
        guard option.placeholder != nil else {
            guard inline == nil else { throw .refused(option: option.name, reason: "takes no value") }
            return ""
        }
        if let inline { return String(inline) }
        guard let next = rest.popFirst() else { throw .missingValue(option.name) }
        return next
    }

    /// What systems allow a process by default.
    private static let threadLimit = 10_000

    private func checkSoak(_ given: Set<String>) throws(OptionError) {
        guard case .duration(let duration) = length else {
            if soak || chaos {
                throw .refused(option: "--requests", reason: "--soak and --chaos need a --duration instead")
            }
            return
        }
        if soak, IntervalLength.of(self) * Drift.fewestSamples > duration {
            throw .refused(
                option: "--interval", reason: "with --soak the run must have at least \(Drift.fewestSamples) intervals")
        }
    }

    private func checkChaos(_ given: Set<String>) throws(OptionError) {
        guard chaos else {
            if given.contains("--slack") { throw .refused(option: "--slack", reason: "needs --chaos") }
            return
        }
        if url != nil {
            throw .refused(
                option: "--chaos",
                reason: "crashes the private server or cluster that is started without --url, and no other")
        }
        if valueSize < ValuePattern.headerSize {
            throw .refused(
                option: "--value-size", reason: "with --chaos values hold versions: at least \(ValuePattern.headerSize)"
            )
        }
        if let rate, rate < ChaosLimits.slowestRate {
            throw .refused(
                option: "--rate", reason: "with --chaos at least \(Int(ChaosLimits.slowestRate)), to see it recover")
        }
    }

    /// Refuses what would be silently ignored.
    private func checkTogether(_ given: Set<String>) throws(OptionError) {
        if given.isSuperset(of: ["--duration", "--requests"]) {
            throw .refused(option: "--requests", reason: "cannot be given together with --duration")
        }
        if cluster, url != nil {
            throw .refused(option: "--cluster", reason: "starts a cluster of its own: --url names an existing one")
        }
        if given.contains("--read-ratio"), workload != .mixed {
            throw .refused(option: "--read-ratio", reason: "needs --workload mixed")
        }
        if given.contains("--batch"), !workload.isBatched {
            throw .refused(option: "--batch", reason: "needs --workload mget or mset")
        }
        if minRate != nil, rate == nil {
            throw .refused(option: "--min-rate", reason: "needs --rate")
        }
        if api == .sync, executor != .default {
            throw .refused(option: "--executor", reason: "needs --api async")
        }
        if api == .sync, tasks > Self.threadLimit {
            throw .refused(option: "--tasks", reason: "with --api sync each is a thread: at most \(Self.threadLimit)")
        }
    }
}

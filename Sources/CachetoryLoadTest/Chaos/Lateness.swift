/// How late the calls of a run end. A pure value.
struct Lateness: Sendable {
    private let timeout: UInt64
    private let slack: UInt64

    /// The latest call: nanoseconds past its deadline, 0 if none was late, and how it ended.
    private(set) var latestCall = (lateness: 0, end: "none")

    /// Calls that ended later than the slack allows.
    private(set) var lateCalls = 0

    init(timeout: Duration, slack: Duration) {
        self.timeout = timeout.nanoseconds
        self.slack = slack.nanoseconds
    }

    /// A call has ended.
    ///
    /// - Parameter end: how, in words.
    mutating func note(from start: UInt64, to time: UInt64, end: @autoclosure () -> String) {
        let lateness = Int(time - min(start, time)) - Int(timeout)
        if lateness > Int(slack) { lateCalls += 1 }
        if lateness > latestCall.lateness { latestCall = (lateness, end()) }
    }
}

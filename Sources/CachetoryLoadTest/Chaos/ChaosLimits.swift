/// Limits of a run with --chaos.
enum ChaosLimits {
    /// How long a call may take. Short, so that many run into it.
    static let timeout = Duration.seconds(1)

    /// How much later a call may end, and recovery may take, by default: as long as a busy machine may hold up a
    /// thread.
    static let slack = Duration.milliseconds(500)

    /// How long a caller pauses after an error. Without a server, calls fail at once, and callers without a pause would
    /// leave it no processor to start on.
    static let pauseAfterError = Duration.milliseconds(10)

    /// The lowest rate with a call within the recovery time.
    static let slowestRate = 50.0
}

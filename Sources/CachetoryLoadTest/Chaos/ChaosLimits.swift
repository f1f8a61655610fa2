/// What holds during a run with --chaos.
enum ChaosLimits {
    /// How long a call may take. Short, so that many run into it.
    static let timeout = Duration.seconds(1)

    /// How much later a call may end, and how much longer the workload may take to succeed again, unless the user says
    /// otherwise: as much as a machine that is busy with other things may hold up a thread.
    static let slack = Duration.milliseconds(500)

    /// How long it may take from the server's answer to the workload's next success, without the slack. A pool tries to
    /// connect every 150 ms, and a caller who was refused pauses.
    static let recovery = Duration.milliseconds(500)

    /// How long a caller pauses after an error. While no server is there, errors come at once, and callers who go on as
    /// fast as they can would leave it no processor to start on.
    static let pauseAfterError = Duration.milliseconds(10)

    /// Left at the end of a run without a new event, for the last one to be over.
    static let end = Duration.seconds(2)

    /// The slowest schedule that has a call within the time for recovery.
    static let slowestRate = 50.0
}

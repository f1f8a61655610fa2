/// The result of chaos.
struct ChaosOutcome: Sendable {
    var events: [ChaosEvent] = []
    /// Why chaos was aborted; nil if it was not.
    var failure: String?
    /// The share of the run's steps (``Availability/step``) in which a call has succeeded.
    var availability = 1.0
    /// The latest call: nanoseconds past its deadline, and how it ended.
    var latestCall = (lateness: 0, end: "none")
    var lateCalls = 0
}

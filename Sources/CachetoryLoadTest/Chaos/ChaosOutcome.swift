/// What chaos came to.
struct ChaosOutcome: Sendable {
    var events: [ChaosEvent] = []
    /// Why there were no more of them; nil if the run was over.
    var failure: String?
    /// The share of the run's time in whose steps of ``Availability/step`` a call has succeeded.
    var availability = 1.0
    /// How long after its deadline a call has ended at most, in nanoseconds, and how that one has ended.
    var latestCall = (lateness: 0, end: "none")
    var lateCalls = 0
}

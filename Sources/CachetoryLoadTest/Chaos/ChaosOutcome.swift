/// The result of chaos.
struct ChaosOutcome: Sendable {
    var subject = ChaosSubject.server
    var events: [ChaosEvent] = []
    /// Why chaos was aborted; nil if it was not.
    var failure: String?
    /// The share of the run's steps (``Availability/step``) in which a call has succeeded: of each part of a cluster's slots.
    var availability = [1.0]
    /// The latest call: nanoseconds past its deadline, and how it ended.
    var latestCall = (lateness: 0, end: "none")
    var lateCalls = 0
    /// Reads that found an acknowledged write lost, which no fault explains. Each is a wrong value.
    var lostReads = 0
    /// Writes lost in failovers, acknowledged shortly before.
    var lostInFailover = 0
}

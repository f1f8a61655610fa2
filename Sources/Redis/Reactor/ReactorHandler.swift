/// Something that the reactor calls, on its own thread.
package protocol ReactorHandler: AnyObject, Sendable {
    /// Its descriptor is ready.
    func becameReady(for readiness: Readiness)

    /// Its timer is due, and no longer set.
    func timerFired(at now: Timestamp)

    /// What happened in this turn is done with; called once after a turn in which it was asked for.
    func turnEnded()

    /// The reactor has ended and will not call again.
    func reactorEnded()
}

/// Something that the reactor calls, on its own thread.
package protocol ReactorHandler: AnyObject, Sendable {
    /// Its descriptor is ready.
    func becameReady(for readiness: Readiness)

    /// Its timer is due, and no longer set.
    func timerFired(at now: Timestamp)

    /// What happened in this iteration of the event loop is done with; called once, where it was asked for.
    func iterationEnded()

    /// The reactor has ended and will not call again.
    func reactorEnded()
}

extension ReactorHandler {
    package func iterationEnded() {}
}

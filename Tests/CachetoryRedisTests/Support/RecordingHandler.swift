import CachetoryRedis

/// A reactor's handler that tells what it is called for.
final class RecordingHandler: ReactorHandler {
    enum Event: Hashable {
        case ready(Readiness)
        case timer
        case iterationEnd
        case reactorEnd
    }

    /// What it was called for, in order.
    let events: AsyncStream<Event>
    private let log: AsyncStream<Event>.Continuation

    /// What to do on the reactor's thread when the descriptor is ready.
    private let whenReady: @Sendable () -> Void

    init(whenReady: @escaping @Sendable () -> Void = {}) {
        (events, log) = AsyncStream.makeStream()
        self.whenReady = whenReady
    }

    func becameReady(for readiness: Readiness) {
        whenReady()
        log.yield(.ready(readiness))
    }

    func timerFired(at now: Timestamp) { log.yield(.timer) }

    func iterationEnded() { log.yield(.iterationEnd) }

    func reactorEnded() {
        log.yield(.reactorEnd)
        log.finish()
    }

    /// The next thing it is called for.
    func next() async -> Event? {
        for await event in events { return event }
        return nil
    }
}

import CachetoryLocking
import Foundation

/// A clock that stands still until a test moves it.
final class ManualClock: Clock {
    struct Instant: InstantProtocol {
        var sinceStart: Duration

        func advanced(by duration: Duration) -> Instant { Instant(sinceStart: sinceStart + duration) }

        func duration(to other: Instant) -> Duration { other.sinceStart - sinceStart }

        static func < (left: Instant, right: Instant) -> Bool { left.sinceStart < right.sinceStart }
    }

    private let time = Lock(Instant(sinceStart: .zero))

    var now: Instant { time.withLock { $0 } }

    var minimumResolution: Duration { .nanoseconds(1) }

    /// The calendar's time: some moment of 2023 and what has passed since.
    var date: Date {
        Date(timeIntervalSince1970: 1_700_000_000 + now.sinceStart / .seconds(1))
    }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0.advanced(by: duration) }
    }

    /// Nobody waits here: sleeping is what moves the clock.
    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        advance(by: now.duration(to: deadline))
    }
}

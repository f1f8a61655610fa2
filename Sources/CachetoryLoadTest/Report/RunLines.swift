import CachetoryLocking

/// The lines that several threads print during a run, in the order of their times.
final class RunLines: Sendable {
    private let lock = Lock(())
    private let write: @Sendable (String) -> Void

    init(_ write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    /// Prints one line.
    ///
    /// - Parameter line: makes the line for the given time, under the lock, so no line with an earlier time can follow.
    ///   Nil prints nothing.
    func add(_ line: (_ now: UInt64) -> String?) {
        lock.withLock { _ in
            if let text = line(MonotonicClock.now()) { write(text) }
        }
    }
}

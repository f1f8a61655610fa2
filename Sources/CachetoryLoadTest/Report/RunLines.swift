import CachetoryLocking

/// The lines that are printed during a run, by several threads, in the order of the times at which they begin.
final class RunLines: Sendable {
    private let lock = Lock(())
    private let write: @Sendable (String) -> Void

    init(_ write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    /// Prints one line.
    ///
    /// - Parameter line: makes it of the time that it is given. Nobody else prints meanwhile, so no line with an earlier
    ///   time can follow. Nil prints nothing.
    func add(_ line: (_ now: UInt64) -> String?) {
        lock.withLock { _ in
            if let text = line(MonotonicClock.now()) { write(text) }
        }
    }
}

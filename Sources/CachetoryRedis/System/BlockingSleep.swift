import Dispatch

/// Blocks the calling thread for so long: for blocking code on a user's own thread. Signals do not end it.
///
/// Foundation's `Thread.sleep` would bring all of Foundation into the program.
func blockThread(for duration: Duration) {
    guard duration > .zero else { return }
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .nanoseconds(Int(clamping: duration.nanoseconds)))
}

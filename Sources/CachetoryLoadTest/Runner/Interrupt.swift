import CachetoryLocking
import Foundation

/// The user's wish to end early: Ctrl-C, or plain `kill`.
final class Interrupt: Sendable {
    private struct State {
        var isRaised = false
        var action: (@Sendable () -> Void)?
    }
    private let state = Lock(State())

    var isRaised: Bool { state.withLock { $0.isRaised } }

    /// Takes the signals. Call it before any other thread exists: threads inherit a mask that leaves these signals to
    /// the thread that waits here.
    ///
    /// The second signal ends the process at once, as it would have without this.
    func install() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        Thread.detachNewThread { [signals] in
            var signals = signals
            var number: Int32 = 0
            sigwait(&signals, &number)
            // From here on signals have their default effect, on this thread.
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            self.raise()
            while true { pause() }
        }
    }

    /// Acts as the first signal does.
    func raise() {
        let action = state.withLock { state in
            state.isRaised = true
            return state.action
        }
        action?()
    }

    /// Sets what the thread that waits for signals does; done at once if one has come already.
    func onRaise(_ action: @escaping @Sendable () -> Void) {
        let isRaised = state.withLock { state in
            state.action = action
            return state.isRaised
        }
        if isRaised { action() }
    }
}

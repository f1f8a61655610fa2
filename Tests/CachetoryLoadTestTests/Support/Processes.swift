import Foundation

/// What the tests ask the system about processes that are not their children.
enum Processes {
    static func exists(_ id: pid_t) -> Bool {
        kill(id, 0) == 0 || errno != ESRCH
    }

    /// Blocks until a process is gone; false if it still runs when the time is over.
    static func waitForEnd(of id: pid_t, within time: Duration = .seconds(20)) -> Bool {
        wait(within: time) { !exists(id) }
    }

    /// Blocks until something that nothing announces has come true.
    static func wait(within time: Duration = .seconds(20), until isTrue: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + time
        while !isTrue() {
            if ContinuousClock.now > deadline { return false }
            usleep(2000)
        }
        return true
    }
}

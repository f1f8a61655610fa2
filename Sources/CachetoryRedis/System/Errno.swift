import CachetorySmallFoundation

/// Why a system call failed.
package struct Errno: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: Int32

    package init(code: Int32) {
        self.code = code
    }

    /// The calling thread's last one.
    package static var current: Errno { Errno(code: errno) }

    package static let timedOut = Errno(code: ETIMEDOUT)

    /// A signal came while the call waited.
    package var isInterrupt: Bool { code == EINTR }

    /// A socket that does not block has nothing to read, or no room to write.
    package var isWouldBlock: Bool { code == EAGAIN || code == EWOULDBLOCK }

    package var description: String { String(cString: strerror(code)) }
}

/// The result of a system call that answers -1 for an error, tried again as long as a signal interrupts it.
func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) throws(Errno) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        let error = Errno.current
        if !error.isInterrupt { throw error }
    }
}

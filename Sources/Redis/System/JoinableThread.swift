import SmallFoundation

/// A thread that can be joined, which Foundation's cannot.
package struct JoinableThread: Sendable {
    private let handle: pthread_t

    /// What a new thread is handed.
    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Starts a thread that runs the body once.
    ///
    /// C: `pthread_create`
    package init(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        let start = Unmanaged.passRetained(Start(body: body))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(&thread, nil, { JoinableThread.run($0) }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw Errno(code: code)
        }
        #if canImport(Darwin)
            handle = thread!
        #else
            handle = thread
        #endif
    }

    /// Whether the caller runs on this thread.
    package var isCurrent: Bool { pthread_equal(pthread_self(), handle) != 0 }

    /// Waits for the thread's end, from another one, once.
    ///
    /// C: `pthread_join`
    package func join() {
        pthread_join(handle, nil)
    }

    /// Lets the system free the thread at its end without anybody waiting for it.
    ///
    /// C: `pthread_detach`
    package func detach() {
        pthread_detach(handle)
    }

    #if canImport(Darwin)
        private static func run(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
            Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }
    #else
        private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
            argument.map { Unmanaged<Start>.fromOpaque($0).takeRetainedValue().body() }
            return nil
        }
    #endif
}

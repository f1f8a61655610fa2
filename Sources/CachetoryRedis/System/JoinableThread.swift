import CachetorySmallFoundation

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
        handle = try Self.create(nil, body)
    }

    /// Starts a thread that runs the body once, and that the system frees at its end: nobody can join it.
    ///
    /// C: `pthread_create` with `PTHREAD_CREATE_DETACHED`
    package static func startDetached(_ body: @escaping @Sendable () -> Void) throws(Errno) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        // Cannot fail for these arguments. To detach it afterwards would come too late if it has ended by then.
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        _ = try create(&attributes, body)
    }

    private static func create(
        _ attributes: UnsafePointer<pthread_attr_t>?, _ body: @escaping @Sendable () -> Void
    ) throws(Errno) -> pthread_t {
        let start = Unmanaged.passRetained(Start(body: body))
        #if canImport(Darwin)
            var thread: pthread_t?
        #else
            var thread = pthread_t()
        #endif
        let code = pthread_create(&thread, attributes, { JoinableThread.run($0) }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw Errno(code: code)
        }
        #if canImport(Darwin)
            return thread!
        #else
            return thread
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

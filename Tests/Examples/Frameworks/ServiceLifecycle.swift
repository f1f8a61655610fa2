// A stand-in for the few names of ServiceLifecycle that an article uses.

/// Ends when the application does.
public protocol Service: Sendable {
    func run() async throws
}

private let (shutdowns, shutdown) = AsyncStream.makeStream(of: Void.self)

public func gracefulShutdown() async throws {
    for await _ in shutdowns {}
}

/// What a signal does.
public func endGracefully() {
    shutdown.finish()
}

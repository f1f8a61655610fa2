import Foundation

/// Stands between a client and a real server, and breaks their connections as a test tells it.
///
/// It has one thread of its own, which no task waits for. Orders hold from the call on: bytes sent after it are treated
/// as it says.
package final class FaultProxy: Sendable {
    /// The port of 127.0.0.1 that it listens on; 0 where that is a Unix socket.
    package let port: Int
    private let orders = ProxyOrders()
    private let wakeUp: Int32
    private let end = DispatchSemaphore(value: 0)

    /// Why there is no proxy.
    package struct CannotListen: Error {
        package let code: Int32
    }

    /// Starts it, passing everything on to a port of 127.0.0.1.
    ///
    /// - Parameter path: where to listen on a Unix socket instead of a free port.
    package init(toPort serverPort: Int, listeningAt path: String? = nil) throws {
        guard let listener = path.map(LoopbackSocket.listen(at:)) ?? LoopbackSocket.listen() else {
            throw CannotListen(code: errno)
        }
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, LoopbackSocket.type, 0, &ends) == 0 else {
            let code = errno
            close(listener.descriptor)
            throw CannotListen(code: code)
        }
        port = listener.port
        wakeUp = ends[0]
        let wakeUpInside = ends[1]
        Thread.detachNewThread { [orders, end] in
            // Its descriptors are closed before anybody is told that it has stopped.
            do {
                var loop = ProxyLoop(owning: listener.descriptor, wakeUpInside, serverPort: serverPort, orders)
                loop.run()
            }
            end.signal()
        }
    }

    deinit {
        order { $0.isStopped = true }
        close(wakeUp)
    }

    /// Closes all connections, and returns once the thread has let go of everything.
    package func stop() async throws {
        order { $0.isStopped = true }
        try await onThread { [end] in
            end.wait()
            // For whoever calls this again.
            end.signal()
        }
    }

    /// What happens to connections to come.
    package func usually(_ faults: LinkFaults) {
        order { $0.usual = faults }
    }

    /// What happens to the next connection, and to no other.
    package func once(_ faults: LinkFaults) {
        order { $0.coming = [faults] }
    }

    /// What happens to the connections that there are, to bytes that come from now on.
    package func strike(_ faults: LinkFaults) {
        order {
            $0.struck = faults
            $0.strikes += 1
            $0.passed = (0, 0)
        }
    }

    /// How many bytes were passed on since the last strike, on the newest connection.
    package var passed: (requests: Int, replies: Int) { orders.withLock { $0.passed } }

    /// How many connections came.
    package var connectionCount: Int { orders.withLock { $0.accepted } }

    private func order(_ change: (inout ProxyOrders.State) -> Void) {
        orders.withLock { change(&$0) }
        var byte: UInt8 = 0
        _ = send(wakeUp, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
}

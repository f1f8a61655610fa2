import CachetoryLocking
import Foundation

/// The cluster's thread: one `poll` for the listeners and all connections.
struct FakeLoop: ~Copyable {
    private let listeners: FakeListeners
    private let wakeUp: Int32
    private let state: SharedFakeState

    /// The first entries are those of the wake-up and the listeners; the connections' follow, in the same order.
    private var polled: [pollfd]
    private var connections: [FakeConnection] = []
    private var seenOrders = 0

    /// Whether a node has ever been late: only then all connections are asked when they are due.
    private var mayBeLate = false

    private let fixedCount: Int
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)

    init(_ listeners: consuming FakeListeners, owning wakeUp: Int32, _ state: SharedFakeState) {
        (self.wakeUp, self.state) = (wakeUp, state)
        polled = ([wakeUp] + listeners.descriptors).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        fixedCount = polled.count
        self.listeners = listeners
    }

    deinit {
        close(wakeUp)
        buffer.deallocate()
    }

    /// Runs until it is told to stop.
    mutating func run() {
        while true {
            poll(&polled, nfds_t(polled.count), timeout())
            // Before orders are looked at, so that none is left for which nobody wakes it up.
            drainWakeUp()
            let hasStopped = state.withLock { state in
                if state.isStopped { return true }
                // First of all: what was ordered before a byte was sent holds for that byte.
                if seenOrders != state.orders { takeOrders(&state) }
                advance(&state)
                acceptAll(&state)
                state.processorTime = Self.processorTime
                return false
            }
            if hasStopped { return }
        }
    }

    private mutating func drainWakeUp() {
        if polled[0].revents == 0 { return }
        while recv(wakeUp, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT)) > 0 {}
    }

    /// In milliseconds, rounded up; -1 for no end.
    private func timeout() -> Int32 {
        guard mayBeLate, let due = connections.lazy.compactMap(\.due).min() else { return -1 }
        return Int32((max(.zero, due - .now) / .milliseconds(1)).rounded(.up))
    }

    private mutating func takeOrders(_ state: inout FakeState) {
        seenOrders = state.orders
        mayBeLate = mayBeLate || state.nodes.contains { if case .delays = $0.behaviour { true } else { false } }
        for index in connections.indices.reversed() {
            let node = connections[index].node
            if state.nodes[node].behaviour == .refuses || state.condemned.contains(node) {
                remove(index, .reset, &state)
            } else {
                watch(index, state)
            }
        }
        state.condemned = []
    }

    /// Has `poll` look for what the connection waits for.
    private mutating func watch(_ index: Int, _ state: FakeState) {
        let connection = connections[index]
        let isSilent = state.nodes[connection.node].behaviour == .staysSilent
        // A negative descriptor is passed over, and so is its hang-up, which would be told over and over.
        polled[fixedCount + index].fd = isSilent ? -1 : connection.descriptor
        if isSilent { polled[fixedCount + index].revents = 0 }
        polled[fixedCount + index].events = connection.events
    }

    private mutating func advance(_ state: inout FakeState) {
        let now = ContinuousClock.now
        // From the last one on: one that is removed is replaced by the last.
        for index in connections.indices.reversed() {
            let (connection, revents) = (connections[index], polled[fixedCount + index].revents)
            polled[fixedCount + index].revents = 0
            let isDue = mayBeLate && connection.due.map { $0 <= now } ?? false
            if revents == 0 && !isDue { continue }
            let end = revents == 0 ? connection.flush(at: now) : connection.advance(revents, buffer, &state)
            if end == .open { watch(index, state) } else { remove(index, end, &state) }
        }
    }

    private mutating func remove(_ index: Int, _ end: FakeConnection.State, _ state: inout FakeState) {
        if end == .reset { LoopbackSocket.resetOnClose(connections[index].descriptor) }
        state.nodes[connections[index].node].open -= 1
        // Closed where it is let go.
        connections.swapAt(index, connections.count - 1)
        connections.removeLast()
        polled.swapAt(fixedCount + index, polled.count - 1)
        polled.removeLast()
    }

    private mutating func acceptAll(_ state: inout FakeState) {
        for index in 1..<fixedCount where polled[index].revents != 0 {
            polled[index].revents = 0
            while case let descriptor = acceptConnection(polled[index].fd), descriptor >= 0 {
                take(descriptor, &state)
            }
        }
    }

    private mutating func take(_ descriptor: Int32, _ state: inout FakeState) {
        // Others of this machine's addresses are nobody's.
        guard let node = FakeListeners.node(of: descriptor), state.nodes.indices.contains(node) else {
            close(descriptor)
            return
        }
        state.nodes[node].accepted += 1
        if state.nodes[node].behaviour == .refuses {
            LoopbackSocket.resetOnClose(descriptor)
            close(descriptor)
            return
        }
        LoopbackSocket.prepare(descriptor)
        state.nodes[node].open += 1
        state.lastConnection += 1
        connections.append(FakeConnection(owning: descriptor, node: node, number: state.lastConnection))
        polled.append(pollfd(fd: descriptor, events: 0, revents: 0))
        watch(connections.count - 1, state)
    }

    /// What the thread has used until now.
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// A lock may not be copied, but what holds one may.
final class SharedFakeState: Sendable {
    private let state: Lock<FakeState>

    init(_ state: sending FakeState) {
        self.state = Lock(state)
    }

    func withLock<Result>(_ body: (inout FakeState) -> Result) -> Result {
        state.withLock { body(&$0) }
    }
}

/// What cannot be copied cannot be handed to a thread.
///
/// `@unchecked Sendable`: the thread that runs it is the only one to touch it.
final class FakeLoopBox: @unchecked Sendable {
    private var loop: FakeLoop?

    init(_ loop: consuming FakeLoop) {
        self.loop = consume loop
    }

    /// Runs until it is told to stop, and lets go of everything.
    func run() {
        loop?.run()
        loop = nil
    }
}

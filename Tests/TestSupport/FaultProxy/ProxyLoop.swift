import Foundation

/// The proxy's thread: one `poll` for all its sockets.
struct ProxyLoop: ~Copyable {
    private let listener: Int32
    private let wakeUp: Int32
    private let serverPort: Int
    private let orders: ProxyOrders
    private var links: [Box] = []
    private var strikes = 0

    /// An array holds nothing that cannot be copied.
    private final class Box {
        var link: ProxyLink

        init(_ link: consuming ProxyLink) {
            self.link = link
        }
    }

    init(owning listener: Int32, _ wakeUp: Int32, serverPort: Int, _ orders: ProxyOrders) {
        (self.listener, self.wakeUp, self.serverPort, self.orders) = (listener, wakeUp, serverPort, orders)
    }

    deinit {
        close(listener)
        close(wakeUp)
    }

    /// Runs until it is told to stop.
    mutating func run() {
        while true {
            var polled = [listener, wakeUp].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            for box in links { polled += box.link.interests() }
            poll(&polled, nfds_t(polled.count), timeout())

            // Before any byte is touched: what was ordered before a byte was sent holds for that byte.
            if orders.withLock({ $0.isStopped }) { return }
            takeStrike()
            if polled[1].revents != 0 {
                var bytes = [UInt8](repeating: 0, count: 64)
                _ = recv(wakeUp, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            }
            advance(Array(polled.dropFirst(2)))
            if polled[0].revents != 0 { acceptOne() }
        }
    }

    private mutating func takeStrike() {
        let (count, faults) = orders.withLock { ($0.strikes, $0.struck) }
        if count == strikes { return }
        strikes = count
        for box in links { box.link.set(faults) }
    }

    private mutating func advance(_ polled: [pollfd]) {
        var open: [Box] = []
        for (box, index) in zip(links, stride(from: 0, to: polled.count, by: 2)) {
            let goesOn = box.link.advance(client: polled[index].revents, server: polled[index + 1].revents)
            if goesOn { open.append(box) }
        }
        // Closed where they were let go, and only then.
        links = open
        if let link = links.last {
            let counts = (link.link.requests.passed, link.link.replies.passed)
            orders.withLock { $0.passed = counts }
        }
    }

    /// In milliseconds, rounded up; -1 for no end.
    private func timeout() -> Int32 {
        guard let due = links.compactMap({ $0.link.due }).min() else { return -1 }
        return Int32((max(.zero, due - .now) / .milliseconds(1)).rounded(.up))
    }

    private mutating func acceptOne() {
        let client = acceptConnection(listener)
        if client < 0 { return }
        let faults = orders.withLock { $0.takeNext() }
        let server = faults.welcome == .refuse ? -1 : LoopbackSocket.connect(toPort: serverPort)
        guard server >= 0 else {
            LoopbackSocket.resetOnClose(client)
            close(client)
            return
        }
        for descriptor in [client, server] { LoopbackSocket.prepare(descriptor) }
        links.append(Box(ProxyLink(client: client, server: server, faults)))
    }
}

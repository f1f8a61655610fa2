import Foundation

/// One connection through the proxy: its two sockets, and what goes each way between them.
struct ProxyLink: ~Copyable {
    private let client: Int32
    private let server: Int32
    private(set) var requests: ProxyFlow
    private(set) var replies: ProxyFlow
    private var isSilent: Bool

    /// When a silence ends that came by chance, with the connection: there would be ever more of them.
    private var silenceEnd: ContinuousClock.Instant?
    private static let longestSilence = Duration.seconds(3)

    init(client: Int32, server: Int32, _ faults: LinkFaults) {
        (self.client, self.server) = (client, server)
        requests = ProxyFlow(from: client, to: server, faults.requests)
        replies = ProxyFlow(from: server, to: client, faults.replies)
        isSilent = faults.welcome == .silence
        if isSilent { beginSilence() }
    }

    private mutating func beginSilence() {
        isSilent = true
        if requests.isRandom { silenceEnd = .now + Self.longestSilence }
    }

    deinit {
        close(client)
        close(server)
    }

    mutating func set(_ faults: LinkFaults) {
        requests.set(faults.requests)
        replies.set(faults.replies)
    }

    /// When it has something to do without being told by a socket.
    var due: ContinuousClock.Instant? {
        isSilent ? silenceEnd : [requests.due, replies.due].compactMap(\.self).min()
    }

    /// What to wait for: one entry for each of the two sockets.
    func interests() -> [pollfd] {
        // A negative descriptor is passed over, and so is its hang-up, which would be told over and over.
        if isSilent { return [pollfd(fd: -1, events: 0, revents: 0), pollfd(fd: -1, events: 0, revents: 0)] }
        return [interest(client, reads: requests, writes: replies), interest(server, reads: replies, writes: requests)]
    }

    private func interest(_ descriptor: Int32, reads: ProxyFlow, writes: ProxyFlow) -> pollfd {
        let events = (reads.wantsToRead ? POLLIN : 0) | (writes.wantsRoom ? POLLOUT : 0)
        return pollfd(fd: events == 0 ? -1 : descriptor, events: Int16(events), revents: 0)
    }

    /// Does what the sockets are ready for. Returns false at the end of the connection.
    mutating func advance(client clientEvents: Int16, server serverEvents: Int16) -> Bool {
        if isSilent { return silenceEnd.map { .now < $0 } ?? true }
        let (isReadable, hasRoom) = (Int16(POLLIN | POLLHUP | POLLERR), Int16(POLLOUT | POLLHUP | POLLERR))
        if clientEvents & isReadable != 0 { requests.read() }
        if serverEvents & isReadable != 0 { replies.read() }
        if clientEvents & hasRoom != 0 { replies.roomCame() }
        if serverEvents & hasRoom != 0 { requests.roomCame() }
        for state in [requests.write(), replies.write()] {
            switch state {
            case .open: continue
            case .ended, .cut(.close): return false
            case .cut(.silence): beginSilence()
            case .cut(.reset):
                LoopbackSocket.resetOnClose(client)
                return false
            }
        }
        return true
    }
}

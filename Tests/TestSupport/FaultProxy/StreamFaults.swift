/// What happens to the bytes that go one way through a ``FaultProxy``. By default they pass as they are.
package struct StreamFaults: Sendable {
    /// How a connection ends where it is cut.
    package enum Cut: Sendable, CaseIterable {
        /// The end of the stream, as a process that exits leaves it.
        case close
        /// `RST`: an error for whoever reads or writes.
        case reset
        /// Nothing at all: it stays open, and nothing passes in either direction, as after a cable was pulled.
        case silence
    }

    /// How late the bytes are passed on.
    package var delay = Duration.zero

    /// How fast they are passed on, at most.
    package var bytesPerSecond: Int?

    /// How many of them are passed on in one system call, at most.
    package var pieceSize: Int?

    /// What ends the connection once so many bytes were passed on. With 0, the first one that comes ends it.
    package var cut: (kind: Cut, offset: Int)?

    /// Which of them are changed.
    package var corruption: Corruption?

    /// What happens besides, at random.
    package var random: RandomFaults?

    package init(
        delay: Duration = .zero, bytesPerSecond: Int? = nil, pieceSize: Int? = nil,
        cut: (kind: Cut, offset: Int)? = nil, corruption: Corruption? = nil, random: RandomFaults? = nil
    ) {
        self.delay = delay
        self.bytesPerSecond = bytesPerSecond
        self.pieceSize = pieceSize
        self.cut = cut
        self.corruption = corruption
        self.random = random
    }

    /// How many bytes may go in the next system call, having passed this many.
    func room(after passed: Int) -> Int {
        let untilCut = cut.map { $0.offset - passed } ?? .max
        return min(pieceSize ?? .max, bytesPerSecond == nil ? .max : 1024, untilCut)
    }

    /// What ends the connection here, having passed this many bytes and got more or not.
    func end(after passed: Int, hasMore: Bool) -> Cut? {
        guard let cut, passed >= cut.offset, passed > 0 || hasMore else { return nil }
        return cut.kind
    }
}

/// What happens to a connection through a ``FaultProxy``.
package struct LinkFaults: Sendable {
    /// What becomes of a new connection, before any of its bytes.
    package enum Welcome: Sendable {
        case forward, refuse, silence
    }

    package var welcome = Welcome.forward

    /// From the client to the server.
    package var requests: StreamFaults

    /// From the server to the client.
    package var replies: StreamFaults

    package init(
        welcome: Welcome = .forward, requests: StreamFaults = StreamFaults(), replies: StreamFaults = StreamFaults()
    ) {
        self.welcome = welcome
        self.requests = requests
        self.replies = replies
    }

    package static let none = LinkFaults()

    /// Those of one of several connections.
    func forConnection(_ number: Int) -> LinkFaults {
        var faults = self
        faults.requests.random = requests.random?.forConnection(number)
        faults.replies.random = replies.random?.forConnection(number)
        if let welcome = faults.requests.random?.welcome() { faults.welcome = welcome }
        return faults
    }
}

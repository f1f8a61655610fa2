extension FakeCluster {
    /// How often nodes have got a command, such as `GET` or `CLUSTER SLOTS`.
    ///
    /// - Parameter node: nil for all of them.
    package func count(of command: String, at node: Int? = nil) -> Int {
        sum(node) { $0.commands[command] ?? 0 }
    }

    /// How often each node has got a command, by the nodes' numbers.
    package func counts(of command: String) -> [Int] {
        state.withLock { $0.nodes.map { $0.commands[command] ?? 0 } }
    }

    /// How many commands came.
    package func commandCount(at node: Int? = nil) -> Int {
        sum(node) { $0.commands.values.reduce(0, +) }
    }

    /// How many connections are open.
    package func openConnections(at node: Int? = nil) -> Int { sum(node, \.open) }

    /// How many connections came.
    package func acceptedConnections(at node: Int? = nil) -> Int { sum(node, \.accepted) }

    /// How often bytes were read: as often as the client has written, or less where two writes were read at once.
    package func reads(at node: Int? = nil) -> Int { sum(node, \.reads) }

    /// Each `CLUSTER SLOTS` that came, and when.
    package var mapRequests: [(node: Int, at: ContinuousClock.Instant)] { state.withLock { $0.mapRequests } }

    /// How much time of a processor the cluster's thread has used, in this process.
    package var processorTime: Duration { state.withLock { $0.processorTime } }

    /// How many keys there are.
    package var keyCount: Int {
        state.withLock { state in (0..<Self.slotCount).reduce(0) { $0 + state.store.count(inSlot: $1) } }
    }

    /// Sets all counts to zero, but for those of open connections and of the processor.
    package func resetCounts() {
        state.withLock { state in
            for node in state.nodes.indices {
                state.nodes[node].commands = [:]
                (state.nodes[node].accepted, state.nodes[node].reads) = (0, 0)
            }
            state.mapRequests = []
        }
    }

    private func sum(_ node: Int?, _ count: (FakeNode) -> Int) -> Int {
        state.withLock { state in
            if let node { count(state.nodes[node]) } else { state.nodes.reduce(0) { $0 + count($1) } }
        }
    }
}

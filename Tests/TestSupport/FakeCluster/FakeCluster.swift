import Foundation

/// Pretends to be a cluster of up to thousands of nodes, with one thread and one port.
///
/// Node by node it has an address of `127.0.0.0/8`, all of which are this machine's on Linux; the end of a connection tells
/// which one was meant. Keys are kept by their slots, so they are wherever their slot is. Orders hold from the call on:
/// bytes sent after it are treated as it says.
package final class FakeCluster: Sendable {
    package static let slotCount = KeySlot.count

    /// The one that answers at `::1`, where this machine has that address.
    package static let nodeOfIPv6 = 0

    /// The same for all nodes.
    package let port: Int
    let state: SharedFakeState
    private let wakeUp: Int32
    private let end = DispatchSemaphore(value: 0)

    /// Starts it: the slots are shared out to as many shards as there are primaries.
    package init(primaries: Int, replicasPerPrimary: Int = 0, layout: Layout = .contiguous) throws {
        let nodeCount = primaries * (1 + replicasPerPrimary)
        precondition((1...KeySlot.count).contains(primaries) && nodeCount <= Node.limit)
        DescriptorLimit.raise()
        let listeners = try FakeListeners()
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, LoopbackSocket.type, 0, &ends) == 0 else {
            throw FaultProxy.CannotListen(code: errno)
        }
        port = listeners.port
        wakeUp = ends[0]
        let shards = (0..<primaries).map { shard in
            [shard] + (0..<replicasPerPrimary).map { primaries + shard * replicasPerPrimary + $0 }
        }
        let state = SharedFakeState(
            FakeState(map: FakeMap(shards: shards, layout: layout), nodeCount: nodeCount, port: port))
        self.state = state
        // A closure cannot take over what cannot be copied.
        let loop = FakeLoopBox(FakeLoop(listeners, owning: ends[1], state))
        Thread.detachNewThread { [end] in
            loop.run()
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

    /// Changes what connections may have to be told of.
    @discardableResult
    func order<Result>(_ change: (inout FakeState) -> Result) -> Result {
        let result = state.withLock { state in
            state.orders += 1
            return change(&state)
        }
        var byte: UInt8 = 0
        _ = send(wakeUp, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        return result
    }

    /// All that there have been, in the order of their numbers.
    package var nodes: [Node] { state.withLock { $0.nodes.indices.map { Node(index: $0) } } }

    package static func slot(of key: String) -> Int { KeySlot.of(key.utf8) }

    // MARK: What nodes do

    package func set(_ behaviour: Behaviour, of nodes: some Sequence<Int>) {
        order { for node in nodes { $0.nodes[node].behaviour = behaviour } }
    }

    /// Resets the connections that nodes have.
    package func resetConnections(of nodes: some Sequence<Int>) {
        order { $0.condemned.formUnion(nodes) }
    }

    /// Has a closure say how commands are answered, before anything else does; nil for as usual. It is called on the
    /// cluster's thread, for each command, and must not call the cluster.
    package func script(_ script: (@Sendable (Call) -> ScriptedReply?)?) {
        order { $0.script = script }
    }
}

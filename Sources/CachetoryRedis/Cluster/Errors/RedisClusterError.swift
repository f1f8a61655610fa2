/// Why a call to a cluster failed: at which nodes and slots, how many of its parts were done, and whether the others
/// may have been executed.
///
/// A call on keys of several slots is sent in parts, one for each slot. If any part fails, the call fails.
///
/// ```swift
/// func tell(_ error: any Error) {
///     guard case RedisCallError.cluster(let error) = error else { return }
///     print(error)  // all of it, on one line
///     print(error.node ?? "no node", error.slot ?? 0, "\(error.partsDone) of \(error.parts)")
///     if error.outcome == .notExecuted { print("safe to try again") }
/// }
/// ```
public struct RedisClusterError: Error, Sendable, Hashable {
    /// What kind of failure it is.
    ///
    /// ```swift
    /// func mayPassByItself(_ error: RedisClusterError) -> Bool {
    ///     switch error.reason {
    ///     case .nodesFailed, .noNodeAnswered, .slotNotServed: true
    ///     case .crossSlot, .needsOneNode, .clusterDisabled: false
    ///     }
    /// }
    /// ```
    public enum Reason: Sendable, Hashable {
        /// One or more nodes refused a part of the call, or did not answer it. ``RedisClusterError/failures`` names
        /// them.
        case nodesFailed

        /// No node told which node serves which slots (`CLUSTER SLOTS`). ``RedisClusterError/failures`` names those
        /// that were asked, and ``RedisClusterError/parts`` is their number. The call was not sent.
        case noNodeAnswered

        /// No node serves this slot: it was never assigned, or its owner was removed or has announced no address. The
        /// call was not sent. A slot whose owner is down still has one: then it is
        /// ``RedisCallError/connectFailed(address:reason:)``.
        case slotNotServed(Int)

        /// The keys of a transaction are of several slots; all of them have to be of one: give them one hash tag.
        /// Nothing was sent.
        case crossSlot

        /// The command makes sense on one particular node only, as `SCAN`, whose cursor belongs to a node: send it with
        /// `onEachPrimary`. Nothing was sent.
        case needsOneNode(command: String)

        /// The server is not part of a cluster (`cluster-enabled no`). The URL is the one to use instead, without the
        /// login. The call was not sent.
        case clusterDisabled(url: String)
    }

    /// A part of a call that failed, or a node that did.
    ///
    /// ```swift
    /// let failure = RedisClusterError.Failure(node: "10.0.0.1:7000", slot: 3999, .timedOut(.unknown))
    /// ```
    public struct Failure: Sendable, Hashable {
        /// The node as host and port; nil if the part was sent to none.
        public let node: String?

        /// The slot of the part's keys, from 0 to 16,383; nil if it has no keys.
        public let slot: Int?

        /// Why it failed there.
        public let reason: RedisCallError

        /// A failure at a node, such as a test needs.
        public init(node: String?, slot: Int?, _ reason: RedisCallError) {
            self.node = node
            self.slot = slot
            self.reason = reason
        }
    }

    /// What kind of failure it is.
    public let reason: Reason

    /// The parts that failed, or the nodes.
    public let failures: [Failure]

    /// How many parts were done. 0 if the call has one part.
    public let partsDone: Int

    /// How many parts the call has: one for each slot of its keys, for each command of a pipeline, or for each node
    /// that it goes to; one for each key of a slot that was half moved. Parts that are neither done nor among the
    /// ``failures`` were not executed.
    public let parts: Int

    /// An error of the given parts, such as a test needs.
    public init(_ reason: Reason, failures: [Failure] = [], partsDone: Int = 0, parts: Int = 1) {
        self.reason = reason
        self.failures = failures
        self.partsDone = partsDone
        self.parts = parts
    }

    /// The first node that failed, as host and port; nil if none did.
    public var node: String? { failures.first { $0.node != nil }?.node }

    /// The first slot whose part failed, or which no node serves, from 0 to 16,383; nil if no slot is known.
    public var slot: Int? {
        if case .slotNotServed(let slot) = reason { return slot }
        return failures.first { $0.slot != nil }?.slot
    }

    /// Whether any part of the call was or may have been executed: ``RedisCallError/Outcome-swift.enum/notExecuted``
    /// only if none was.
    public var outcome: RedisCallError.Outcome {
        switch reason {
        case .nodesFailed:
            partsDone > 0 || failures.contains { $0.reason.outcome == .unknown } ? .unknown : .notExecuted
        case .noNodeAnswered, .slotNotServed, .crossSlot, .needsOneNode, .clusterDisabled:
            .notExecuted
        }
    }
}

extension RedisCallError {
    /// The failure of a call that was sent to one node, on one slot at most.
    package static func failed(
        at node: RedisClientConfiguration.Address?, slot: Int?, _ reason: RedisCallError
    ) -> RedisCallError {
        let failure = RedisClusterError.Failure(node: node.map { "\($0)" }, slot: slot, reason)
        return .cluster(RedisClusterError(.nodesFailed, failures: [failure]))
    }
}

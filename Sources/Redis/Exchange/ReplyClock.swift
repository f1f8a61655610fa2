/// Expects the next reply of a connection, from how long those before it took.
///
/// While one is due soon, a command is held back: with the reply comes the moment to write all that has gathered, in one
/// system call. So batches grow with the load by themselves. It is the idea of J. Nagle's algorithm (RFC 896) with a
/// bound: where a reply takes long, nothing waits for it.
///
/// Two things foretell a reply. With little in flight, the time since its request was written. With much, the stream of
/// replies itself: each request waits long for its turn, but some reply comes every few microseconds.
package struct ReplyClock: ~Copyable, Sendable {
    /// So long before and after the usual time of a reply a command may be held back in any case, in nanoseconds; a peer
    /// that has ever answered sooner is nearby. On loopback replies come sooner; over a network a command that is held for
    /// longer would lose more than a batch saves.
    package static let holdLimit: Int64 = 150_000

    /// What was written together, until the last of its replies has come.
    struct Batch {
        let firstRequest: UInt64
        let lastRequest: UInt64
        let writtenAt: Timestamp
        var isAnswered = false
    }

    private var batches = RingBuffer<Batch>()

    /// From a write to its first reply.
    private var replyTime = SmoothedTime()

    /// The shortest such time: the way there and back without a queue. It is never forgotten, so where the way from a peer
    /// nearby gets longer while a connection lives, that is taken for a queue, and commands may wait for the reply of the
    /// one before them.
    private var fastestReply = Int64.max

    /// From one arrival of replies to the next, while more are on their way.
    private var gap = SmoothedTime()

    /// When replies came last, if more have been on their way since.
    private var lastArrival: Timestamp?

    package init() {}

    /// Whether the next reply is due within the present limit, or overdue by no more than that.
    ///
    /// From a peer nearby it is due at any moment: how long it usually takes there depends on what was in the server's
    /// queue. Waiting for the usual time instead, while an idle server answers at once, sends each command by itself.
    package func expectsReply(at now: Timestamp) -> Bool {
        guard let oldest = batches.first, let usual = replyTime.value else { return false }
        let limit = limit(replyTime: usual)
        let isNearby = hasAnswered(within: Self.holdLimit)
        let age = now - oldest.writtenAt
        if isNearby || age >= usual - limit, age <= usual + limit { return true }
        guard let lastArrival, let usualGap = gap.value, usualGap <= limit else { return false }
        return abs(usualGap - (now - lastArrival)) <= limit
    }

    /// How long the first reply to what was written usually takes, in nanoseconds; zero before the first.
    package var usualReplyTime: Int64 { replyTime.value ?? 0 }

    /// Whether a reply has ever come within that time, in nanoseconds.
    package func hasAnswered(within limit: Int64) -> Bool { fastestReply <= limit }

    /// What a reply takes beyond the fastest one, it spends in the server's queue. A command that is written now would
    /// wait there as well, so half of that may be spent in a batch instead: the queue does not run dry by it.
    private func limit(replyTime: Int64) -> Int64 {
        max(Self.holdLimit, (replyTime - fastestReply) / 2)
    }

    /// These requests were written together.
    package mutating func wrote(_ requests: ClosedRange<UInt64>, at now: Timestamp) {
        batches.append(Batch(firstRequest: requests.lowerBound, lastRequest: requests.upperBound, writtenAt: now))
    }

    /// The requests up to this one were answered.
    package mutating func answered(upTo request: UInt64, at now: Timestamp) {
        if let lastArrival { gap.add(now - lastArrival) }
        if let oldest = batches.first, !oldest.isAnswered, oldest.firstRequest <= request {
            replyTime.add(now - oldest.writtenAt)
            fastestReply = min(fastestReply, now - oldest.writtenAt)
        }
        while let batch = batches.first, batch.lastRequest <= request { _ = batches.popFirst() }
        if let partly = batches.first, partly.firstRequest <= request { batches[0].isAnswered = true }
        lastArrival = batches.isEmpty ? nil : now
    }
}

/// A duration in nanoseconds, smoothed with a weight of 1/8 for each new sample, as TCP does (RFC 6298).
package struct SmoothedTime: Sendable {
    /// Nil before the first sample.
    package private(set) var value: Int64?

    package init() {}

    package mutating func add(_ sample: Int64) {
        value = value.map { $0 + (sample - $0) / 8 } ?? sample
    }
}

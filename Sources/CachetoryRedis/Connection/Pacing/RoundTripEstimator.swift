/// Estimates when the next reply of a connection comes, from how long those before it took.
///
/// While one is due soon, a request is held back, to be written with it in one system call: J. Nagle's algorithm (RFC 896)
/// with a bound. So batches grow with the load by themselves.
///
/// There are two estimates. With little in flight, the time since the oldest request was written. With much, the stream of
/// replies: each request waits long for its turn in the server, but some reply comes every few microseconds.
package struct RoundTripEstimator: ~Copyable, Sendable {
    /// So long before and after the usual time of a reply a request may be held back in any case, in nanoseconds; a peer
    /// that has ever answered sooner is nearby. On loopback replies come sooner; over a network a request that is held for
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

    /// How many requests were written, ever.
    private var written: UInt64 = 0

    /// From a write to its first reply.
    private var replyTime = ExponentialMovingAverage()

    /// The shortest such time: the round trip without a queue. It is never forgotten, so where the way from a peer nearby
    /// gets longer while a connection lives, that is taken for a queue, and requests may wait for the reply of the one
    /// before them.
    private var fastestReply = Int64.max

    /// From one arrival of replies to the next, while more are on their way.
    private var gap = ExponentialMovingAverage()

    /// When replies came last, if more have been on their way since.
    private var lastArrival: Timestamp?

    package init() {}

    /// Whether the next reply is due within the present limit, or overdue by no more than that.
    ///
    /// From a peer nearby it is due at any moment: how long it usually takes there depends on what was in the server's
    /// queue. Waiting for the usual time instead, while an idle server answers at once, sends each request by itself.
    package func expectsReply(at now: Timestamp) -> Bool {
        guard let oldest = batches.first, let usual = replyTime.value else { return false }
        // What a reply takes beyond the fastest one, it spends in the server's queue. A request that is written now would wait
        // there as well, so half of that may be spent in a batch instead: the queue does not run dry by it.
        let limit = max(Self.holdLimit, (usual - fastestReply) / 2)
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

    /// The requests up to this one, counted from the first, were written together.
    package mutating func wrote(upTo request: UInt64, at now: Timestamp) {
        batches.append(Batch(firstRequest: written + 1, lastRequest: request, writtenAt: now))
        written = request
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

/// An exponentially weighted moving average of durations in nanoseconds. A new sample weighs 1/8, as TCP's does (RFC 6298).
package struct ExponentialMovingAverage: Sendable {
    /// Nil before the first sample.
    package private(set) var value: Int64?

    package init() {}

    package mutating func add(_ sample: Int64) {
        value = value.map { $0 + (sample - $0) / 8 } ?? sample
    }
}

package import CachetoryRESP

/// The request of a caller who has the connection to itself, and the replies to it.
///
/// A pure value, as ``Exchange`` is for the requests of many. A call would spend a seventh of its instructions on the queues
/// of that one.
package struct LoneRequest: Sendable {
    /// How many replies are still to come.
    private var missingReplies = 0

    /// Those that have come, where there are to be several.
    private var collected: [RESPReply] = []

    private var begun = Timestamp.distantFuture

    /// The shortest time that a request ever took, in nanoseconds.
    private var fastest = Int64.max

    package init() {}

    /// A request is sent, after the replies to the one before.
    package mutating func begin(replyCount: Int, at now: Timestamp) {
        precondition(missingReplies == 0, "one request at a time")
        missingReplies = replyCount
        begun = now
    }

    /// Takes the next reply.
    ///
    /// - Returns: the reply, or an array of them for a request of several commands; nil if that needs more replies yet, or
    ///   for a push, which answers nobody and is dropped.
    package mutating func receive(_ reply: RESPReply) throws(UnsolicitedReply) -> RESPReply? {
        if case .push = reply { return nil }
        if missingReplies == 0 { throw UnsolicitedReply() }
        missingReplies -= 1
        if missingReplies == 0, collected.isEmpty { return reply }
        collected.append(reply)
        if missingReplies > 0 { return nil }
        defer { collected = [] }
        return .array(collected)
    }

    /// The first reply to several commands, while others are missing.
    package var firstReply: RESPReply? { collected.first }

    /// The replies to several commands where the server has hung up over one of them; nil where it was for another reason.
    ///
    /// - Parameter size: the request's, in bytes.
    package func refusedReplies(size: Int) -> RESPReply? {
        SizeRefusal.reply(after: collected, missing: missingReplies, size: size)
    }

    /// The last reply has been taken.
    package mutating func finish(at now: Timestamp) {
        fastest = min(fastest, now - begun)
    }

    /// Whether a reply has ever come so soon after its request that the next one is worth spinning for.
    package var isPeerNearby: Bool { fastest <= SpinPolicy.nearby }
}

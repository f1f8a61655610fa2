import CachetoryRESP

/// What became of a part of a call that was divided.
enum PartResult: Sendable {
    case reply(RESPReply)
    case failed(RedisCallError)
    /// Another part had failed before.
    case notSent

    /// What became of a part whose keys were sent one by one.
    ///
    /// - Parameter ends: of each of them; nil for one that was not sent.
    init(ofSingles ends: [Result<RESPReply, RedisCallError>?], slot: HashSlot?) {
        let replies = ends.compactMap { try? $0?.get() }
        let refusals = replies.compactMap(\.refusal)
        if replies.count == ends.count, refusals.isEmpty || refusals.count == replies.count {
            self = .reply(.array(replies))
            return
        }
        let errors = ends.compactMap { $0?.error } + refusals.map { .server($0) }
        // What was executed in part is neither done nor not sent.
        self =
            replies.isEmpty && errors.isEmpty
            ? .notSent
            : .failed(
                .cluster(
                    RedisClusterError(
                        .nodesFailed, failures: errors.map { .init(of: $0, slot: slot) },
                        partsDone: replies.count - refusals.count, parts: ends.count)))
    }
}

extension RESPReply {
    /// Why a key's command was not executed. To `MGET`, a key of another type has no value, which is no reason.
    fileprivate var refusal: RESPServerError? {
        if case .error(let error) = self, error.code != "WRONGTYPE" { error } else { nil }
    }
}

extension [PartResult] {
    /// The reply to each part, which may be an error.
    ///
    /// - Parameter slot: that of a part.
    /// - Throws: what failed, and how many parts were done.
    func replies(slot: (_ part: Int) -> HashSlot?) throws(RedisCallError) -> [RESPReply] {
        var replies: [RESPReply] = []
        replies.reserveCapacity(count)
        for case .reply(let reply) in self { replies.append(reply) }
        if replies.count == count { return replies }
        var failures: [RedisClusterError.Failure] = []
        for case (let part, .failed(let error)) in enumerated() { failures.append(.init(of: error, slot: slot(part))) }
        throw .parts(failures, done: replies.count, of: count)
    }
}

extension RequestSplit {
    /// What the whole request is replied with, whose parts are done only if none is refused.
    ///
    /// - Throws: what failed or was refused, and how many parts were done.
    func join(_ results: [PartResult]) throws(RedisCallError) -> RESPReply {
        var joined = JoinedReply(to: self)
        var failed: [(part: Int, error: RedisCallError)] = []
        for (part, result) in results.enumerated() {
            switch result {
            case .reply(let reply):
                do throws(RedisCallError) { try joined.add(reply, toPart: part) } catch { failed.append((part, error)) }
            case .failed(let error): failed.append((part, error))
            case .notSent: break
            }
        }
        if failed.isEmpty { return joined.reply }
        // As of any call to one node.
        if parts.count == 1 { throw failed[0].error }
        let failures = failed.map { RedisClusterError.Failure(of: $0.error, slot: parts[$0.part].slot) }
        throw .parts(failures, done: joined.partsDone, of: parts.count)
    }
}

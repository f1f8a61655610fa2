package import RESP

/// When a request is sent again: where the server cannot have executed it, and a reading one once where it might have.
package struct RetryPolicy: Sendable {
    private let isReadOnly: Bool
    private let hasSeveralCommands: Bool
    private var repeatsTimeout: Bool
    private var hasRetriedRead = false
    private var losses = 0
    private var backoff = Backoff(base: .milliseconds(10), limit: .milliseconds(500))

    /// So many connections in a row that break before a request gets through, in a second or two, are no accident.
    private static let lossLimit = 10

    /// - Parameter repeatsTimeout: whether a request that timed out is sent once more, executed or not.
    package init(_ request: borrowing Request, repeatsTimeout: Bool = false) {
        self.repeatsTimeout = repeatsTimeout
        isReadOnly = request.isReadOnly
        hasSeveralCommands = request.replyCount > 1
    }

    /// Whether a reply is of a kind that is never a reason to send its request again. Most are.
    package static func isFinal(_ reply: RESPValue, to request: Request) -> Bool {
        switch reply {
        case .error: false
        case .array: request.replyCount == 1
        default: true
        }
    }

    /// Whether the request is to be sent once more, with all its time again, because this one was a timeout.
    package mutating func startsOver(after result: Result<RESPValue, any Error>) -> Bool {
        guard case .failure(let error as RedisError) = result else { return false }
        return startsOver(after: error)
    }

    package mutating func startsOver(after error: RedisError) -> Bool {
        guard case .timedOut = error, repeatsTimeout else { return false }
        repeatsTimeout = false
        return true
    }

    /// How long to wait before it is sent again; nil if that is of no use, or no time is left.
    package mutating func pause(after result: Result<RESPValue, any Error>, until deadline: Timestamp) -> Duration? {
        switch result {
        case .success(let reply): pause(after: reply, until: deadline)
        case .failure(let error as RedisError): pause(after: error, until: deadline)
        case .failure: nil
        }
    }

    /// How long to wait before it is sent again, on another connection; nil if the error is final, or no time is left.
    package mutating func pause(after error: RedisError, until deadline: Timestamp) -> Duration? {
        guard case .connectionLost(_, let outcome) = error else { return nil }
        if outcome == .unknown {
            guard isReadOnly, !hasRetriedRead else { return nil }
            hasRetriedRead = true
        }
        losses += 1
        // A connection that breaks while nobody uses it is found out by the next caller, who need not wait for that.
        if losses == 1 { return Timestamp.now < deadline ? .zero : nil }
        return losses <= Self.lossLimit ? nextPause(until: deadline) : nil
    }

    /// How long to wait before it is sent again, if the reply says that the server cannot do it now and has done nothing;
    /// nil if the reply is final, or no time is left.
    package mutating func pause(after reply: RESPValue, until deadline: Timestamp) -> Duration? {
        saysNothingWasDone(reply) ? nextPause(until: deadline) : nil
    }

    /// Of several commands: if each was refused for a reason that passes, or a transaction was aborted for such.
    private func saysNothingWasDone(_ reply: RESPValue) -> Bool {
        if case .error(let error) = reply { return error.isPassing }
        guard hasSeveralCommands, case .array(let replies) = reply, case .error(let last)? = replies.last else {
            return false
        }
        var errors = replies.compactMap { if case .error(let error) = $0 { error } else { nil } }
        if last.code == "EXECABORT" {
            errors.removeLast()
        } else if errors.count < replies.count {
            return false
        }
        return !errors.isEmpty && errors.allSatisfy(\.isPassing)
    }

    private mutating func nextPause(until deadline: Timestamp) -> Duration? {
        var generator = SystemRandomNumberGenerator()
        let pause = backoff.fail(using: &generator)
        return Timestamp.now + pause < deadline ? pause : nil
    }
}

extension RESPServerError {
    /// The server loads its data, or is a replica without its primary, or a cluster that reorganises itself.
    fileprivate var isPassing: Bool {
        switch code {
        case "LOADING", "READONLY", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN": true
        default: false
        }
    }
}

package import CachetoryRESP

/// When a request is sent again: where the server cannot have executed it, and a reading one once where it might have.
package struct RetryPolicy: Sendable {
    private let isReadOnly: Bool
    private let lossLimit: Int
    private var repeatsTimeout: Bool
    private var hasRetriedRead = false
    private var losses = 0

    /// Whether an attempt that timed out may have been executed.
    private var isInDoubt = false

    /// Why the server did not do it, the last time that it said so.
    var refusal: RESPServerError?
    private var backoff = Backoff(base: .milliseconds(10), limit: .milliseconds(500))

    /// So many connections in a row that break before a request gets through, in a second or two, are no accident.
    private static let lossLimit = 10

    /// Fewer of transactions: there are proxies that hang up at `MULTI`, and with each connection others lose replies.
    private static let transactionLossLimit = 2

    /// - Parameter repeatsTimeout: whether a request that timed out is sent once more, executed or not.
    package init(_ request: borrowing Request, repeatsTimeout: Bool = false) {
        self.repeatsTimeout = repeatsTimeout
        isReadOnly = request.isReadOnly
        lossLimit = request.kind == .transaction ? Self.transactionLossLimit : Self.lossLimit
    }

    /// Whether a reply is of a kind that is never a reason to send its request again, nor to doubt it. Most are.
    @inline(__always)
    package static func isFinal(_ reply: RESPReply, to request: Request) -> Bool {
        switch reply {
        case .error: false
        case .array: request.replyCount == 1
        case .simpleString: !reply.isQueued
        default: true
        }
    }

    /// Whether the request is to be sent once more, with all its time again, because this one was a timeout.
    package mutating func startsOver(after result: Result<RESPReply, any Error>) -> Bool {
        guard case .failure(let error as RedisCallError) = result else { return false }
        return startsOver(after: error)
    }

    package mutating func startsOver(after error: RedisCallError) -> Bool {
        guard case .timedOut(let outcome) = error, repeatsTimeout else { return false }
        repeatsTimeout = false
        isInDoubt = outcome == .unknown
        return true
    }

    /// How long to wait before it is sent again; nil if that is of no use, or no time is left.
    package mutating func pause(
        after result: Result<RESPReply, any Error>, to request: Request, until deadline: Timestamp
    ) -> Duration? {
        switch result {
        case .success(let reply): pause(after: reply, to: request, until: deadline)
        case .failure(let error as RedisCallError): pause(after: error, until: deadline)
        case .failure: nil
        }
    }

    /// How long to wait before it is sent again, on another connection; nil if the error is final, or no time is left.
    package mutating func pause(after error: RedisCallError, until deadline: Timestamp) -> Duration? {
        guard case .connectionLost(_, let outcome) = error else { return nil }
        if outcome == .unknown {
            guard isReadOnly, !hasRetriedRead else { return nil }
            hasRetriedRead = true
        }
        losses += 1
        // A connection that breaks while nobody uses it is found out by the next caller, who need not wait for that.
        if losses == 1 { return Timestamp.now < deadline ? .zero : nil }
        return losses <= lossLimit ? nextPause(until: deadline) : nil
    }

    /// How long to wait before it is sent again, if the reply says that the server cannot do it now and has done nothing;
    /// nil if the reply is final, or no time is left.
    package mutating func pause(
        after reply: RESPReply, to request: Request, until deadline: Timestamp
    ) -> Duration? {
        guard saysNothingWasDone(reply, to: request) else { return nil }
        if case .error(let error) = reply { refusal = error }
        return nextPause(until: deadline)
    }

    /// What the caller gets in the end, with errors that name the command and its key.
    package func answer(_ result: Result<RESPReply, any Error>, to request: Request) throws -> RESPReply {
        do {
            return try result.get().namingRefused(of: request)
        } catch let error as RedisCallError {
            throw reason(for: error, of: request)
        }
    }

    /// Why a request fails whose last attempt ended in an error: if that was no more than the end of the time, it is what
    /// the server said to the attempts before. What is sent again after a timeout may have been executed before that.
    package func reason(for error: RedisCallError, of request: Request) -> RedisCallError {
        if isInDoubt, error.outcome == .notExecuted { return .timedOut(.unknown) }
        guard let refusal, error == .timedOut(.notExecuted) else { return error }
        let subject = request.subject(of: 0)
        return .server(refusal.refusing(subject.name, key: subject.key))
    }

    /// Of several commands: if each was refused for a reason that passes, or a transaction was aborted for such.
    private func saysNothingWasDone(_ reply: RESPReply, to request: Request) -> Bool {
        switch reply {
        case .error(let error):
            return error.isPassing && (isReadOnly || request.isServersOwn)
        case .array(let replies) where request.replyCount > 1 && replies.last?.isError == true:
            // EXEC is the server's own, so its refusal proves that nothing was done, whatever the commands are.
            if request.kind == .transaction, replies[0].isOK {
                return replies.last?.errorCode == "EXECABORT" && Self.arePassing(replies.dropLast().filter(\.isError))
            }
            // Fewer replies are those to an empty transaction: the server refused that, so this one was not sent.
            let isProof = replies.count < request.replyCount
            return Self.arePassing(replies[...]) && (isProof || isReadOnly || request.isServersOwn)
        default:
            return false
        }
    }

    private static func arePassing(_ replies: some Collection<RESPReply>) -> Bool {
        !replies.isEmpty && replies.allSatisfy { if case .error(let error) = $0 { error.isPassing } else { false } }
    }

    private mutating func nextPause(until deadline: Timestamp) -> Duration? {
        var generator = SystemGenerator()
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

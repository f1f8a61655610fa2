import CachetoryRESP

// Only for what was refused, and for the replies to several commands: it looks at all of them.
extension RESPReply {
    /// The reply to a request, whose errors name the command and its key.
    func namingRefused(of request: Request) -> RESPReply {
        guard request.replyCount > 1 else { return naming(request, 0) }
        guard case .array(var replies) = self, replies.count == request.replyCount else { return self }
        let last = replies.count - 1
        for index in replies.indices where replies[index].isRefusal {
            replies[index] = replies[index].naming(request, index)
        }
        // The results of a transaction's commands come together.
        if request.kind == .transaction, case .array(var results) = replies[last], results.count == last - 1 {
            for index in results.indices where results[index].isRefusal {
                results[index] = results[index].naming(request, index + 1)
            }
            replies[last] = .array(results)
        }
        return .array(replies)
    }

    private var isRefusal: Bool {
        if case .error = self { true } else { false }
    }

    private func naming(_ request: Request, _ index: Int) -> RESPReply {
        guard case .error(let error) = self else { return self }
        let subject = request.subject(of: index)
        return .error(error.refusing(subject.name, key: subject.key))
    }
}

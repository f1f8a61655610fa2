import CachetoryRESP

// What the replies of a cluster's nodes prove. Whoever is told that nothing was done may do it elsewhere.
extension ReroutePolicy {
    /// The error that proves that nothing of the request was executed, and which passes; of several commands that are no
    /// transaction, the first one's that was not executed. Nil if the reply is final.
    static func refusal(in reply: RESPReply, to request: Request, slot: HashSlot?) -> RESPServerError? {
        guard request.replyCount > 1 else { return refusal(reply, ofCommand: 0, of: request, slot: slot) }
        guard case .array(let replies) = reply else { return nil }
        if request.kind == .transaction { return refusal(ofTransaction: replies, request) }
        guard replies.count == request.replyCount else { return nil }
        for index in replies.indices {
            if let error = refusal(replies[index], ofCommand: index, of: request, slot: slot) { return error }
        }
        return nil
    }

    private static func refusal(
        _ reply: RESPReply, ofCommand index: Int, of request: Request, slot: HashSlot?
    ) -> RESPServerError? {
        guard case .error(let error) = reply, error.isPassingOnCluster else { return nil }
        if request.isReadOnly(at: index) || request.isServersOwn(at: index) { return error }
        return isMadeBeforeExecution(error, slot: slot, assumesKeys: request.assumesKeys) ? error : nil
    }

    /// Whether the node made the error before it executed anything. Asked for scripts and modules, which answer with what they
    /// like, even after half of their work.
    ///
    /// A node redirects by the slot of the keys that the command names, before a script begins. What a script wants of another
    /// node's keys is refused with `ERR`. So a redirection for the request's own slot is the node's, and one for another slot
    /// may be a text that the script has from elsewhere. There is one exception: where the position of the key was only
    /// assumed, the node knows the slot better, and a wrong guess is likelier than a module that makes up a redirection.
    /// `CLUSTERDOWN` and `TRYAGAIN` are believed in the node's own wording. A script that repeats these texts after half of its
    /// work is executed again.
    private static func isMadeBeforeExecution(_ error: RESPServerError, slot: HashSlot?, assumesKeys: Bool) -> Bool {
        switch error.code {
        case "MOVED", "ASK":
            // Which node is meant does not matter here.
            guard let redirection = Redirection(error, from: .tcp(host: "", port: 0)) else { return false }
            return slot != nil && redirection.slot == slot || assumesKeys
        case "CLUSTERDOWN":
            return error.message.hasPrefix("The cluster is down") || error.message == "Hash slot not served"
        case "TRYAGAIN":
            return error.message == "Multiple keys request during rehashing of slot"
        default:
            return false
        }
    }

    /// While commands are queued, and of `EXEC`, all errors are the server's own, whatever the commands are.
    private static func refusal(ofTransaction replies: [RESPReply], _ request: Request) -> RESPServerError? {
        guard replies.count >= 2, case .error(let last)? = replies.last else { return nil }
        let errors = replies.dropLast().compactMap { if case .error(let error) = $0 { error } else { nil } }
        guard replies[0].isOK else {
            // Fewer replies are those to an empty transaction: the server refused that, so this one was not sent.
            let isProof = replies.count < request.replyCount
            return isProof && (errors + [last]).allSatisfy(\.isPassingOnCluster) ? last : nil
        }
        // The slot has moved since the commands were queued. The node has discarded them.
        if last.isAboutSlot { return last }
        guard last.code == "EXECABORT" else { return nil }
        // The next node says what else is wrong with the commands.
        if let redirection = errors.first(where: \.isRedirection) { return redirection }
        return errors.allSatisfy(\.isPassingOnCluster) ? errors.first : nil
    }
}

extension RESPServerError {
    fileprivate var isRedirection: Bool { code == "MOVED" || code == "ASK" }

    /// That the slot is elsewhere, or on its way, or has no owner.
    fileprivate var isAboutSlot: Bool { isRedirection || code == "TRYAGAIN" || code == "CLUSTERDOWN" }

    /// The node is not the one to ask, or cannot do it now.
    fileprivate var isPassingOnCluster: Bool {
        switch code {
        case "LOADING", "READONLY", "MASTERDOWN": true
        default: isAboutSlot
        }
    }
}

import CachetoryRESP

/// What a server says of a request that is too large for it: instead of a reply, and before it hangs up. It reads no further,
/// so neither that command is executed nor one behind it.
enum SizeRefusal {
    /// Whether a reply says so. A request of less than a megabyte no server refuses for its size, so the words must be those
    /// of a script.
    ///
    /// - Parameter size: the request's, in bytes.
    static func isRefusal(_ reply: borrowing RESPReply, size: Int) -> Bool {
        guard size >= LargeRequests.aloneSize, case .error(let error) = copy reply else { return false }
        return error.code == "ERR" && error.message.hasPrefix("Protocol error")
    }

    /// The replies to a request of several commands whose connection has ended: an array of those that have come, and the
    /// server's words for each of the others. Nil if it has not refused one of them.
    ///
    /// - Parameters:
    ///   - replies: those that have come.
    ///   - missing: how many more were to come.
    ///   - size: the request's, in bytes.
    static func reply(after replies: [RESPReply], missing: Int, size: Int) -> RESPReply? {
        guard let last = replies.last, isRefusal(last, size: size) else { return nil }
        return .array(replies + repeatElement(last, count: missing))
    }
}

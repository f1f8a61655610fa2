extension RedisCallError {
    /// The loss of a connection as it is told to the caller whose request may have been the reason, for servers mostly do not
    /// give one.
    ///
    /// - Parameter size: the request's, in bytes.
    func askingForSize(of size: Int) -> RedisCallError {
        guard case .connectionLost(let reason, .unknown) = self, size >= LargeRequests.aloneSize else { return self }
        let question =
            "while a request of \(size) bytes was on its way; does the server take as much "
            + "(client-query-buffer-limit, proto-max-bulk-len)?"
        return .connectionLost(reason: "\(reason) \(question)", .unknown)
    }
}

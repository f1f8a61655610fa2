import CachetoryRESP

extension RESPParser {
    mutating func append(_ text: String) {
        Array(text.utf8).withUnsafeBytes { append($0) }
    }

    /// What the next reply fails with.
    var error: RESPError? {
        mutating get {
            do throws(RESPError) {
                _ = try next()
                return nil
            } catch {
                return error
            }
        }
    }

    /// All replies that are complete.
    mutating func replies() throws(RESPError) -> [RESPReply] {
        var replies: [RESPReply] = []
        while let reply = try next() { replies.append(reply) }
        return replies
    }
}

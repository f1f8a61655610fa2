import CachetoryRESP
import CachetoryRedis
import Testing

/// What an error of a node says to who has given the URL of one server.
@Suite struct RedirectAdviceTests {
    private func text(_ code: String, _ message: String) -> String {
        RedisCallError.server(RESPServerError(code: code, message: message)).description
    }

    @Test(
        arguments: ["MOVED", "ASK"],
        [
            ("3999 127.0.0.1:6381", "127.0.0.1:6381"), ("3999 ::1:6381", "[::1]:6381"),
            ("3999 [::1]:6381", "[::1]:6381"),
            ("3999 cache.example.com:6381", "cache.example.com:6381"), ("3999 :6381", "host:port"),
            ("3999 ?:6381", "host:port"), ("3999 a:0", "host:port"), ("3999 a:b", "host:port"), ("3999 a", "host:port"),
            ("3999", "host:port"), ("", "host:port"), ("3999 a:1 b:2", "host:port"), ("3999 @a/:1", "host:port"),
        ])
    func `a redirect names the URL to use`(code: String, row: (message: String, address: String)) {
        let told = text(code, row.message)
        #expect(
            told.hasSuffix(
                "; this server is part of a cluster: use redis+cluster://\(row.address) (with TLS rediss+cluster://)"),
            "\(told)")
    }

    @Test func `keys of several slots are told to have a hash tag`() {
        #expect(text("CROSSSLOT", "Keys in request don't hash to the same slot").contains("give them one hash tag"))
    }

    @Test func `a cluster that has one database says so`() {
        let refused = RESPServerError(code: "ERR", message: "SELECT is not allowed in cluster mode")
        let error = RedisCallError.handshakeRefused(address: "a:1", refused)
        #expect(error.description.hasSuffix("leave the number out"))
        let other = RedisCallError.handshakeRefused(address: "a:1", RESPServerError(code: "ERR", message: "no"))
        #expect(other.description.hasSuffix("check user name, password and database"))
    }
}

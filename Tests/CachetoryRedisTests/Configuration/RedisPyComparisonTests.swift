import CachetoryRedis
import Testing

@Suite struct RedisPyComparisonTests {
    @Test(.timeLimit(.minutes(2)))
    func `a URL means here what it means in redis-py, field by field`() async throws {
        let rows = AcceptedURL.meaningTheSameInRedisPy
        let connections = try await RedisPy.connections(of: rows.map(\.url))
        for row in rows {
            let theirs = try #require(connections[row.url])
            let parsed = try RedisClientConfiguration(url: row.url)
            let ours = try RedisPy.Connection(parsed)
            #expect(ours.connectionClass == theirs.connectionClass, "\(row.url)")

            // What the URL leaves out is our default, with or without TLS, at the default address or in that socket.
            let defaults = try RedisPy.Connection(
                RedisClientConfiguration(
                    address: theirs.arguments["path"] == nil ? RedisClientConfiguration().address : parsed.address,
                    tls: parsed.tls.map { _ in RedisTLSConfiguration() }))
            var expected = defaults.arguments.merging(theirs.arguments) { $1 }
            // A port among the options stays text in redis-py, which the system's resolver takes for the number.
            if case .text(let port)? = expected["port"], let number = Double(port) {
                expected["port"] = .number(number)
            }
            for (name, value) in expected where !Self.withoutEffect.contains(name) {
                #expect(ours.arguments[name] == value, "\(name) of \(row.url)")
            }
        }
    }

    /// What says how Python shows replies, reads them, and goes on after its own exceptions. These URLs show only that
    /// both take them.
    private static let withoutEffect: Set<String> = [
        "decode_responses", "encoding", "encoding_errors", "socket_read_size", "retry_on_error", "legacy_responses",
    ]
}

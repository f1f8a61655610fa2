import CachetoryRESP
import CachetoryRedis
import Testing

@Suite struct OutcomeTests {
    private static let error = RESPServerError(code: "ERR", message: "no")

    @Test(
        arguments: [
            .timedOut(.notExecuted), .connectionLost(reason: "", .notExecuted),
            .protocolViolation(reason: "", .notExecuted), .server(error.refusing("SET", key: "k")),
            .connectFailed(address: "", reason: ""), .tlsFailed(address: "", .notTLS),
            .handshakeRefused(address: "", error), .poolExhausted(maxConnections: 1, maxInFlight: 1, waited: .zero),
            .closed, .needsExclusiveLease(command: "WATCH"), .unsupportedCommand(command: "MONITOR"), .emptyCommand,
            .cluster(RedisClusterError(.crossSlot)),
        ] as [RedisCallError])
    func `what was not executed may be tried again`(error: RedisCallError) {
        #expect(error.outcome == .notExecuted)
    }

    /// Of a script nobody knows how far it came.
    @Test(
        arguments: [
            .timedOut(.unknown), .connectionLost(reason: "", .unknown), .protocolViolation(reason: "", .unknown),
            .server(error.refusing("EVAL", key: nil)), .server(error.refusing("FT.CREATE", key: nil)), .server(error),
            .notAtomic(error), .unexpectedReply(command: "GET", reply: ""),
            .failed(at: .tcp(host: "a", port: 1), slot: 1, .timedOut(.unknown)),
        ] as [RedisCallError])
    func `of anything else nobody knows`(error: RedisCallError) {
        #expect(error.outcome == .unknown)
    }
}

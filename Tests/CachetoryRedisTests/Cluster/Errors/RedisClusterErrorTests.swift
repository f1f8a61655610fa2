import CachetoryRESP
import CachetoryRedis
import Foundation
import Testing

@Suite struct RedisClusterErrorTests {
    private static let full = RESPServerError(code: "OOM", message: "no memory").refusing("SET", key: "k")

    private static func failure(
        _ node: String?, _ slot: Int?, _ reason: RedisCallError
    ) -> RedisClusterError.Failure {
        RedisClusterError.Failure(node: node, slot: slot, reason)
    }

    // MARK: - One part

    private static let reasons: [(RedisCallError, String)] = [
        (
            .timedOut(.unknown),
            "no reply before the command's deadline (socket_timeout); the command may have been executed or not"
        ),
        (
            .connectionLost(reason: "the server closed it", .notExecuted),
            "the connection was lost: the server closed it; the command was not executed"
        ),
        (
            .connectFailed(address: "a:1", reason: "Connection refused"),
            "cannot connect: Connection refused; the command was not executed"
        ),
        (
            .tlsFailed(address: "a:1", .certificateExpired),
            "no encrypted connection: \(RedisTLSError.certificateExpired); the command was not executed"
        ),
        (
            .handshakeRefused(address: "a:1", RESPServerError(code: "WRONGPASS", message: "no")),
            """
            it refused the connection: WRONGPASS no; check user name, password and database; the command was not executed
            """
        ),
        (
            .protocolViolation(reason: "no RESP", .unknown),
            "it does not follow Redis's protocol: no RESP; the command may have been executed or not"
        ),
        (
            .server(full),
            """
            it refused SET of 'k': OOM no memory; the server is full: raise its maxmemory, or let it evict keys with \
            maxmemory-policy; the command was not executed
            """
        ),
        (
            .server(RESPServerError(code: "MOVED", message: "7 b:1").refusing("GET", key: "k")),
            """
            it refused GET of 'k': MOVED 7 b:1; it was redirected until the deadline, so the nodes do not agree who \
            serves the slot: see CLUSTER NODES on them; the command was not executed
            """
        ),
        (.closed, "\(RedisCallError.closed); the command was not executed"),
    ]

    @Test(arguments: reasons)
    func `an error names the node and the slot, and says what was done`(reason: RedisCallError, text: String) {
        let error = RedisCallError.failed(at: .tcp(host: "a", port: 1), slot: 7, reason)
        #expect(error.description == "a call to the cluster failed at a:1 (slot 7): \(text)")
        #expect(error.localizedDescription == error.description)
        #expect(error.outcome == reason.outcome)
        guard case .cluster(let cluster) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(cluster.node == "a:1" && cluster.slot == 7 && cluster.reason == .nodesFailed)
        #expect(cluster.failures.map(\.reason) == [reason])
    }

    @Test func `what is not known is left out, and what a peer says is shown on one line`() {
        func place(_ node: String?, _ slot: Int?) -> String {
            let error = RedisClusterError(.nodesFailed, failures: [Self.failure(node, slot, .emptyCommand)])
            return error.description.components(separatedBy: ": ")[0]
        }
        #expect(place("a:1", nil).hasSuffix(" failed at a:1"))
        #expect(place(nil, 7).hasSuffix(" failed at slot 7"))
        #expect(place(nil, nil).hasSuffix(" failed at an unknown node"))
        #expect(place("a\n\u{1B}[31m:1", nil).hasSuffix(#" failed at a\n\u{1B}[31m:1"#))
        #expect(place(String(repeating: "a", count: 1_000_000), nil).hasSuffix("aaa..."))
        #expect(place(String(repeating: "a", count: 1_000_000), nil).count < 400)
    }

    // MARK: - Several parts

    @Test func `of several parts it says which failed and how many were done`() {
        let error = RedisClusterError(
            .nodesFailed,
            failures: [
                Self.failure("a:1", 7, .timedOut(.unknown)), Self.failure("b:1", 9, .timedOut(.notExecuted)),
                Self.failure("a:1", 8, .timedOut(.unknown)), Self.failure(nil, 3, .cluster(.init(.slotNotServed(3)))),
            ], partsDone: 2, parts: 6)
        #expect(
            error.description == """
                a call to the cluster failed at a:1 (slots 7, 8), b:1 (slot 9): no reply before the command's deadline \
                (socket_timeout); at slot 3: no node serves it: see CLUSTER INFO; 2 of 6 parts were done, and the others \
                may have been executed or not
                """)
        #expect(error.node == "a:1" && error.slot == 7)
    }

    @Test(arguments: [
        (0, RedisCallError.Outcome.notExecuted, RedisCallError.Outcome.notExecuted, "the others were not executed"),
        (2, .notExecuted, .unknown, "the others were not executed"),
        (0, .unknown, .unknown, "the others may have been executed or not"),
        (2, .unknown, .unknown, "the others may have been executed or not"),
    ])
    func `nothing was executed only if no part was`(
        done: Int, outcome: RedisCallError.Outcome, expected: RedisCallError.Outcome, text: String
    ) {
        let failures = [
            Self.failure("a:1", 7, .timedOut(.notExecuted)), Self.failure("b:1", 9, .timedOut(outcome)),
        ]
        let error = RedisClusterError(.nodesFailed, failures: failures, partsDone: done, parts: 4)
        #expect(error.outcome == expected)
        #expect(RedisCallError.cluster(error).outcome == expected)
        #expect(error.description.hasSuffix("; \(done) of 4 parts were done, and \(text)"))
    }

    @Test func `it is short however many parts have failed`() {
        let failures = (0..<16_384).map {
            Self.failure("host-\($0 % 1000).example.com:7000", $0, .connectFailed(address: "", reason: "\($0 % 500)"))
        }
        let text = RedisClusterError(.nodesFailed, failures: failures, parts: 16_384).description
        #expect(text.utf8.count < 10_000)
        #expect(text.contains("(slots 0, 1000, 2000, 3000 and 13 more)"))
        #expect(text.contains(" and 484 more; 0 of 16384 parts were done"))
    }

    // MARK: - The cluster as a whole

    @Test func `where no node answers, all are named`() {
        let error = RedisClusterError(
            .noNodeAnswered,
            failures: [
                Self.failure("a:1", nil, .connectFailed(address: "a:1", reason: "Connection refused")),
                Self.failure("b:1", nil, .timedOut(.unknown)),
                Self.failure("c:1", nil, .connectFailed(address: "c:1", reason: "Connection refused")),
            ])
        #expect(
            error.description == """
                none of the 3 nodes of the cluster answered: a:1, c:1: cannot connect: Connection refused; b:1: no reply \
                before the command's deadline (socket_timeout); the command was not executed
                """)
        // The call itself was not sent, whatever became of the question who serves its slot.
        #expect(error.outcome == .notExecuted)
        let one = RedisClusterError(.noNodeAnswered, failures: [Self.failure("a:1", nil, .timedOut(.unknown))])
        #expect(one.description.hasPrefix("the only node known of the cluster has not answered: a:1: no reply"))
        let some = RedisClusterError(.noNodeAnswered, failures: [Self.failure("a:1", nil, .closed)], parts: 3)
        #expect(some.description.hasPrefix("none of the 3 nodes of the cluster answered: a:1: "))
        #expect(some.description.hasSuffix("; 2 more said nothing in time; the command was not executed"))
        let none = RedisClusterError(.noNodeAnswered, parts: 3)
        #expect(none.description == "none of the 3 nodes of the cluster answered; the command was not executed")
    }

    @Test(arguments: [
        (
            RedisClusterError(.slotNotServed(5474)),
            "no node of the cluster serves slot 5474: see CLUSTER INFO on its nodes; the command was not executed"
        ),
        (
            RedisClusterError(.crossSlot),
            """
            the keys of a transaction are of several slots of the cluster, and nothing was sent: give them one hash tag, \
            as in {user:42}:name and {user:42}:age
            """
        ),
        (
            RedisClusterError(.needsOneNode(command: "SCAN")),
            """
            a cluster has many nodes, and SCAN is about one of them: send it to each with onEachPrimary; nothing was sent
            """
        ),
        (
            RedisClusterError(.clusterDisabled(url: "redis://a:6379")),
            "the server is no part of a cluster, for cluster support is disabled there: use redis://a:6379"
        ),
    ])
    func `what was not sent says why, and what to do`(error: RedisClusterError, text: String) {
        #expect(error.description == text)
        #expect(error.outcome == .notExecuted)
        #expect(error.node == nil)
        #expect(RedisCallError.cluster(error).description == text)
    }

    @Test func `a slot that nobody serves is known`() {
        #expect(RedisClusterError(.slotNotServed(5474)).slot == 5474)
        #expect(RedisClusterError(.crossSlot).slot == nil)
    }
}

import CachetoryRedis
import Testing

/// Whether the random proxy's verdicts can be believed.
@Suite struct VerificationTests {
    @Test func `a marked text is read as it was made`() {
        for filling in [0, 1, 100, 5000] {
            let marked = MarkedText(name: "key", number: filling + 7, filling: filling)
            #expect(MarkedText(marked.text) == marked)
        }
    }

    @Test func `a marked text that was changed anywhere is none`() {
        let marked = MarkedText(name: "key", number: 12, filling: 30)
        let bytes = Array(marked.text.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(MarkedText(String(decoding: changed, as: UTF8.self)) == nil)
            changed = bytes
            changed.remove(at: index)
            #expect(MarkedText(String(decoding: changed, as: UTF8.self)) == nil)
        }
        for text in ["", "///", marked.text + "/", marked.text + marked.text] {
            #expect(MarkedText(text) == nil)
        }
    }

    /// Five versions: the first and the third acknowledged, the second unknown, the fourth not executed, the fifth begun.
    private var ledger: WriteLedger {
        var ledger = WriteLedger()
        for outcome in [WriteLedger.Outcome.acknowledged, .unknown, .acknowledged, .notExecuted] {
            let version = ledger.begin()
            ledger.end(version, outcome)
        }
        _ = ledger.begin()
        return ledger
    }

    @Test(arguments: [(0, false), (1, false), (2, true), (3, true), (4, false), (5, true), (6, false)])
    func `a read finds what was acknowledged last, or what may have been executed since`(version: Int, may: Bool) {
        #expect(ledger.mayHold(version, sinceAcknowledged: 3) == may)
    }

    @Test(arguments: [(0, true), (1, true), (2, true), (3, true), (4, false), (5, true)])
    func `a read that began before all writes may find nothing`(version: Int, may: Bool) {
        #expect(ledger.mayHold(version, sinceAcknowledged: 0) == may)
    }

    @Test(arguments: LyingServer.Lie.allCases, PoolKind.allCases)
    func `a reply that is another caller's, too old or a lie is found`(
        lie: LyingServer.Lie, kind: PoolKind
    ) async throws {
        let peer = try RawPeer { client in
            var server = LyingServer(lie)
            try server.serve(client)
        }
        var configuration = peer.configuration
        configuration.pool.maxConnections = 1
        let record = try await kind.withPool(configuration) { pool in
            var record = VerifiedCalls.Record()
            // As often as it takes for a lie to be told: a busy machine gets few calls done in a second.
            for seed in 1...60 where record.wrong.isEmpty {
                let calls = VerifiedCalls(pool, callers: 3, timeout: .seconds(200), mayBeDamaged: true)
                try await calls.run(for: .seconds(1), seed: UInt64(seed)) {}
                record = calls.record
            }
            return record
        }
        #expect(!record.wrong.isEmpty, "\(record)")
        #expect(record.damaged == 0)
    }
}

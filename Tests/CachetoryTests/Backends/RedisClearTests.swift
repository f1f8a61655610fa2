import Cachetory
import CachetoryLocalServer
import CachetoryTestSupport
import Foundation
import Testing

/// How a database of Redis is cleared.
@Suite(.timeLimit(.minutes(5))) struct RedisClearTests {
    @Test func `the server frees the memory later`() async throws {
        let server = try await LocalRedisServer.start(arguments: ["--slowlog-log-slower-than", "0"])
        let async = try AsyncRedisBackend(url: server.url)
        let sync = try SyncRedisBackend(url: server.url)
        try await async.set("key", to: Data([1]))
        try await async.clear()
        #expect(try await async.get("key") == nil)
        try await onThread { try sync.clear() }
        let log = try await async.client.execute(["SLOWLOG", "GET", "100"])
        guard case .array(let records) = log else {
            Issue.record("\(log)")
            return
        }
        let clearings = records.filter { record in
            guard case .array(let fields) = record, fields.count > 3, case .array(let words) = fields[3] else {
                return false
            }
            return words == [.bulkString(Data("FLUSHDB".utf8)), .bulkString(Data("ASYNC".utf8))]
        }
        #expect(clearings.count == 2)
        await async.close()
        sync.close()
        try await onThread { server.stop() }
    }

    @Test func `an old server is cleared at once`() async throws {
        let server = try OldServer()
        let async = try AsyncRedisBackend(url: server.url)
        try await async.clear()
        #expect(server.clearings == [["FLUSHDB", "ASYNC"], ["FLUSHDB"]])
        let sync = try SyncRedisBackend(url: server.url)
        try await onThread { try sync.clear() }
        #expect(server.clearings.count == 4)
        await async.close()
        sync.close()
    }
}

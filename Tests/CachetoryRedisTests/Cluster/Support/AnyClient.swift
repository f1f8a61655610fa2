import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// A client of either kind. Calls of the blocking one are made on threads of their own.
struct AnyClient: Sendable {
    let execute: @Sendable (RESPCommand) async throws -> RESPReply
    let pipeline: @Sendable ([RESPCommand]) async throws -> [RESPReply]
    let transaction: @Sendable ([RESPCommand]) async throws -> [RESPReply]

    /// What backends do.
    let send: @Sendable (Request) async throws -> RESPReply

    /// Executes commands one after the other on one connection to the node of a key.
    let exclusively: @Sendable (_ key: String, [RESPCommand]) async throws -> [RESPReply]

    /// The reply of each primary.
    let onEachPrimary: @Sendable (RESPCommand) async throws -> [RESPReply]
    let close: @Sendable () async -> Void

    init(_ client: AsyncRedisClient) {
        execute = { try await client.execute($0) }
        pipeline = { try await client.pipeline($0) }
        transaction = { try await client.transaction($0) }
        send = { request in
            switch client.topology {
            case .server(let pool): try await pool.send(request)
            case .cluster(let cluster): try await cluster.send(request)
            }
        }
        exclusively = { key, commands in
            try await client.withConnection(for: key) { connection in
                var replies: [RESPReply] = []
                for command in commands { replies.append(try await connection.execute(command)) }
                return replies
            }
        }
        onEachPrimary = { command in try await client.onEachPrimary { try await $0.execute(command) } }
        close = { await client.close() }
    }

    init(_ client: SyncRedisClient) {
        execute = { command in try await onThread { try client.execute(command) } }
        pipeline = { commands in try await onThread { try client.pipeline(commands) } }
        transaction = { commands in try await onThread { try client.transaction(commands) } }
        send = { request in
            try await onThread {
                switch client.topology {
                case .server(let pool): try pool.send(request)
                case .cluster(let cluster): try cluster.send(request)
                }
            }
        }
        exclusively = { key, commands in
            try await onThread {
                try client.withConnection(for: key) { connection in try commands.map { try connection.execute($0) } }
            }
        }
        onEachPrimary = { command in try await onThread { try client.onEachPrimary { try $0.execute(command) } } }
        close = { try? await onThread { client.close() } }
    }
}

// The calls of a backend, with texts for values.
extension AnyClient {
    func get(_ key: String) async throws -> String? {
        try await send(Request("GET", key: key, isReadOnly: true)).throwingErrorReply().text
    }

    func set(_ key: String, to value: String) async throws {
        let request = Request(set: key, to: Data(value.utf8), milliseconds: nil, ifNotExists: false)
        let reply = try await send(request).throwingErrorReply()
        #expect(reply == .simpleString("OK"))
    }

    /// A value for each key, nil where there is none.
    func getMany(_ keys: [String]) async throws -> [String?] {
        let reply = try await send(Request("MGET", keys: keys, isReadOnly: true)).throwingErrorReply()
        guard case .array(let values) = reply else {
            throw RedisCallError.unexpectedReply(command: "MGET", reply: "\(reply)")
        }
        return values.map(\.text)
    }

    func setMany(_ items: [(key: String, value: String)], milliseconds: Int? = nil) async throws {
        let request = Request(setAll: items.map { ($0.key, Data($0.value.utf8)) }, milliseconds: milliseconds)
        let reply = try await send(request).throwingErrorReply()
        let replies = if case .array = reply { try reply.transactionReplies() } else { [reply] }
        #expect(replies.allSatisfy { $0 == .simpleString("OK") })
    }

    /// How many of the keys there were.
    func deleteMany(_ keys: [String]) async throws -> Int? {
        try await send(Request("UNLINK", keys: keys)).throwingErrorReply().integer
    }

    /// Why a call fails; nil if it does not.
    func error<Result>(of call: (AnyClient) async throws -> Result) async -> RedisCallError? {
        do {
            _ = try await call(self)
            return nil
        } catch {
            return error as? RedisCallError
        }
    }
}

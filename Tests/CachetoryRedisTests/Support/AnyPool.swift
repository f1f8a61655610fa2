import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// A pool of either kind. Calls of the blocking one are made on threads of their own.
struct AnyPool: Sendable {
    let execute: @Sendable (RESPCommand) async throws -> RESPReply
    let pipeline: @Sendable ([RESPCommand]) async throws -> [RESPReply]
    let transaction: @Sendable ([RESPCommand]) async throws -> [RESPReply]

    /// Executes commands one after the other on one exclusive lease, each with a timeout where one is given.
    let exclusively: @Sendable ([RESPCommand], Duration?) async throws -> [RESPReply]

    /// Executes commands one after the other on one exclusive lease, and says of each whether it was refused.
    let refusals: @Sendable ([RESPCommand]) async throws -> [Bool]
    let connectionCount: @Sendable () async -> Int
    let close: @Sendable () async -> Void

    init(_ pool: ConnectionPool) {
        execute = { try await pool.execute($0) }
        pipeline = { try await pool.pipeline($0) }
        transaction = { try await pool.transaction($0) }
        exclusively = { commands, timeout in
            try await pool.withConnection { connection in
                var replies: [RESPReply] = []
                for command in commands {
                    if let timeout {
                        replies.append(try await connection.execute(command, timeout: timeout))
                    } else {
                        replies.append(try await connection.execute(command))
                    }
                }
                return replies
            }
        }
        refusals = { commands in
            try await pool.withConnection { connection in
                var refusals: [Bool] = []
                for command in commands {
                    do {
                        _ = try await connection.execute(command)
                        refusals.append(false)
                    } catch RedisCallError.server {
                        refusals.append(true)
                    }
                }
                return refusals
            }
        }
        connectionCount = { await pool.connectionCount }
        close = { await pool.close() }
    }

    init(_ pool: SyncConnectionPool) {
        execute = { command in try await onThread { try pool.execute(command) } }
        pipeline = { commands in try await onThread { try pool.pipeline(commands) } }
        transaction = { commands in try await onThread { try pool.transaction(commands) } }
        exclusively = { commands, timeout in
            try await onThread {
                try pool.withConnection { connection in
                    try commands.map { command in
                        try timeout.map { try connection.execute(command, timeout: $0) } ?? connection.execute(command)
                    }
                }
            }
        }
        refusals = { commands in
            try await onThread {
                try pool.withConnection { connection in
                    try commands.map { command in
                        do {
                            _ = try connection.execute(command)
                            return false
                        } catch RedisCallError.server {
                            return true
                        }
                    }
                }
            }
        }
        connectionCount = { pool.connectionCount }
        close = { try? await onThread { pool.close() } }
    }

    /// Makes a call until one has succeeded. So a test that gives the next call little time gives none of it to connecting,
    /// which takes longer than that on a busy machine, and is another error.
    func warmUp(_ command: RESPCommand = ["PING"]) async throws {
        let reply = try await eventuallyValue { try? await execute(command) }
        try #require(reply != nil)
    }

    /// Runs a command and gives the text of its reply.
    func text(_ command: RESPCommand) async throws -> String? {
        switch try await execute(command) {
        case .bulkString(let data), .verbatimString(_, let data): String(decoding: data, as: UTF8.self)
        case .simpleString(let text): text
        default: nil
        }
    }
}

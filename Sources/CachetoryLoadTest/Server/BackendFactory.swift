import Cachetory
import CachetoryRedis
import Foundation

/// Makes the backend of a URL and passes it on with its type, so that the load is specialized.
enum BackendFactory {
    /// The URL of a store in this process.
    static let memoryURL = "memory://"

    /// Runs a command on the backend of a URL.
    ///
    /// - Returns: the exit status.
    /// - Throws: ``OptionError`` for an invalid URL, or one that does not fit the other options.
    static func run(_ command: Command, url: String) throws -> Int32 {
        url.hasPrefix("memory:") ? try runInMemory(command, url: url) : try runOnRedis(command, url: url)
    }

    private static func runOnRedis(_ command: Command, url: String) throws -> Int32 {
        let options = command.options
        let configuration = try configuration(url: url, options: options)
        var command = command
        command.serverVersion = { ServerVersion.ask(configuration) }
        let connections = configuration.node.pool.maxConnections
        switch options.api {
        case .async:
            let backend = try configuration.makeAsyncBackend()
            command.owners = backend.client.slotOwners
            let executor = options.executor == .reactor ? backend.client.taskExecutor : nil
            let driver = AsyncDriver(backend, executor: executor)
            return try command.run(driver, url: "\(configuration)", connections: connections)
        case .sync:
            let backend = try configuration.makeSyncBackend()
            command.owners = backend.client.slotOwners
            return try command.run(SyncDriver(backend), url: "\(configuration)", connections: connections)
        }
    }

    private static func configuration(url: String, options: Options) throws(OptionError) -> RedisTopologyConfiguration {
        var configuration: RedisTopologyConfiguration
        do {
            configuration = try RedisTopologyConfiguration(url: url)
        } catch {
            throw .refused(option: "--url", reason: "\(error)")
        }
        if let connections = options.connections { configuration.node.pool.maxConnections = connections }
        if options.chaos { configuration.node.commandTimeout = ChaosLimits.timeout }
        do {
            try configuration.validate()
        } catch {
            throw .refused(option: "--connections", reason: "\(error)")
        }
        return configuration
    }

    private static func runInMemory(_ command: Command, url: String) throws -> Int32 {
        guard url == memoryURL else {
            throw OptionError.badValue(option: "--url", value: url, expected: "\(memoryURL), which takes no more")
        }
        if command.options.executor == .reactor {
            throw OptionError.refused(option: "--executor", reason: "there is no reactor without a server")
        }
        // Without a limit: an evicted key would count as a wrong value.
        let backend = SyncMemoryBackend<Data>(limit: .unlimited)
        return switch command.options.api {
        case .async: try command.run(AsyncDriver(AsyncMemoryBackend(sharing: backend)), url: url, connections: 0)
        case .sync: try command.run(SyncDriver(backend), url: url, connections: 0)
        }
    }
}

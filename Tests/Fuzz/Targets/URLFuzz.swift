import Cachetory
import CachetoryRedis
import Foundation

/// Of a Redis server, of a cluster and of a serializer.
enum URLFuzz {
    static func run(_ bytes: UnsafeRawBufferPointer) {
        let url = String(decoding: bytes, as: UTF8.self)
        do {
            let configuration = try RedisClientConfiguration(url: url)
            // What a URL says is what a pool accepts, and what may be logged.
            try configuration.validate()
            precondition(!"\(configuration)".isEmpty)
        } catch {
            precondition(error is RedisURLError || error is RedisClientConfigurationError, "\(type(of: error))")
            precondition(!"\(error)".isEmpty)
        }
        do {
            let topology = try RedisTopologyConfiguration(url: url)
            try topology.validate()
            precondition(!"\(topology)".isEmpty)
        } catch {
            precondition(error is RedisURLError || error is RedisClientConfigurationError, "\(type(of: error))")
            precondition(!"\(error)".isEmpty)
        }
        do {
            _ = try AnyCacheSerializer<String, Data>(url: url)
        } catch {
            precondition(!"\(error)".isEmpty)
        }
    }
}

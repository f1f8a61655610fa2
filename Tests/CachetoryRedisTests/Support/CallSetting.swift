import CachetoryLocalServer
import CachetoryRedis
import Foundation
import Testing

/// Either pool, with either protocol, over either transport.
struct CallSetting: CustomTestStringConvertible, Sendable {
    let kind: PoolKind
    let version: RedisClientConfiguration.ProtocolVersion
    let isUnix: Bool

    static let all: [CallSetting] = PoolKind.allCases.flatMap { kind in
        RedisClientConfiguration.ProtocolVersion.allCases.flatMap { version in
            [false, true].map { CallSetting(kind: kind, version: version, isUnix: $0) }
        }
    }

    var testDescription: String { "\(kind), RESP\(version.rawValue), \(isUnix ? "unix" : "TCP")" }

    /// How to reach the shared server.
    var configuration: RedisClientConfiguration {
        get async throws {
            let server = try await SharedServer.value
            var configuration = (isUnix ? server.unixConfiguration : server.configuration).patient
            configuration.protocolVersion = version
            return configuration
        }
    }

    /// A pool for the shared server, and a prefix for keys that nobody else has.
    func open() async throws -> (pool: AnyPool, prefix: String) {
        (try kind.open(await configuration), UUID().uuidString)
    }
}

import CachetoryRESP
import CachetoryRedis
import CachetorySystemLibraries
import Foundation

@testable import Cachetory

/// An error of each case that a user may see.
enum EveryError {
    static let all: [any Error] = redis + tls + urls + backends + serializers + inner

    private static let refusal = RESPServerError(
        code: "OOM", message: "command not allowed when used memory > 'maxmemory'")

    private static let redis: [RedisCallError] = calls + callsOfNode + clusters

    private static let calls: [RedisCallError] = [
        .server(refusal), .server(refusal.refusing("SET", key: "user:42")), .timedOut(.unknown),
        .timedOut(.notExecuted),
        .connectionLost(reason: "the server closed it", .unknown),
        .connectFailed(address: "localhost:6379", reason: "Connection refused"),
        .connectFailed(address: "localhost:6379", reason: "it is full; raise its limit"),
        .tlsFailed(address: "localhost:6379", .notTLS),
        .handshakeRefused(
            address: "localhost:6379", RESPServerError(code: "WRONGPASS", message: "invalid username-password pair")),
        .protocolViolation(reason: "a reply to no command", .unknown),
        .poolExhausted(maxConnections: 8, maxInFlight: 8192, waited: .seconds(5)), .closed,
        .unexpectedReply(command: "GET", reply: "an array of 2"), .needsExclusiveLease(command: "WATCH"),
        .notAtomic(refusal), .unsupportedCommand(command: "MONITOR"), .emptyCommand,
    ]

    private static let callsOfNode: [RedisCallError] = calls.map { .failed(at: .tcp(host: "a", port: 1), slot: 7, $0) }

    private static let clusters: [RedisCallError] = [
        .server(refusal.refusing("SET", key: "user:42").from(node: "a:1", slot: 7)),
        .server(RESPServerError(code: "MOVED", message: "7 a:1")),
        .server(RESPServerError(code: "CROSSSLOT", message: "")),
        .server(RESPServerError(code: "MOVED", message: "7 a:1").from(node: "a:1", slot: 7)),
        .server(RESPServerError(code: "READONLY", message: "").from(node: "a:1", slot: 7)),
        .handshakeRefused(
            address: "a:1", RESPServerError(code: "ERR", message: "SELECT is not allowed in cluster mode")),
        .cluster(
            .init(
                .nodesFailed,
                failures: [
                    .init(node: "a:1", slot: 7, .timedOut(.unknown)),
                    .init(node: nil, slot: 8, .cluster(.init(.slotNotServed(8)))),
                ], partsDone: 2, parts: 4)),
        .cluster(.init(.noNodeAnswered, failures: [.init(node: "a:1", slot: nil, .timedOut(.unknown))])),
        .cluster(.init(.slotNotServed(7))), .cluster(.init(.crossSlot)),
        .cluster(.init(.needsOneNode(command: "SCAN"))), .cluster(.init(.clusterDisabled(url: "redis://a:1"))),
    ]

    private static let tls: [RedisTLSError] = [
        .libraryMissing(reason: "no"), .fileNotReadable(path: "/a", reason: "no"),
        .invalidAuthorities(source: "/a", reason: "no"), .invalidIdentity(file: "/a", reason: "no"),
        .wrongKeyPassphrase(file: "/a"), .invalidCiphers("a", reason: "no"), .unknownAuthority(reason: "no"),
        .certificateExpired, .certificateNotYetValid, .hostnameMismatch(expected: "a"),
        .certificateRejected(reason: "no"), .clientCertificateRequired, .clientCertificateRejected(reason: "no"),
        .unsupportedVersion(reason: "no"), .notTLS, .truncated, .other(reason: "no"),
    ]

    private static let urls: [any Error] = [
        RedisURLError.tooLong(limit: 1), RedisURLError.controlCharacter, RedisURLError.unknownScheme(nil),
        RedisURLError.unknownScheme("http"), RedisURLError.otherTopology(scheme: "redis"),
        RedisURLError.otherTopology(scheme: "redis+cluster"), RedisURLError.invalidPart(.port, allowed: "a number"),
        RedisURLError.unknownOption(nil), RedisURLError.unknownOption("a"), RedisURLError.repeatedOption("db"),
        RedisURLError.invalidValue(option: "db", allowed: "a number"), RedisURLError.needsTLS(option: "ssl_ca_certs"),
        RedisURLError.invalidConfiguration(.keyWithoutCertificate),
        RedisClientConfigurationError.invalid(property: "database", allowed: "a number"),
        RedisClientConfigurationError.minConnectionsAboveMaxConnections,
        RedisClientConfigurationError.keyWithoutCertificate,
    ]

    private static let backends: [any Error] = [
        CacheBackendURLError.noScheme, CacheBackendURLError.unknownScheme("http"),
        CacheBackendURLError.unknownScheme(nil),
        CacheBackendURLError.unknownScheme("json"), CacheBackendURLError.unexpectedRest(scheme: "memory"),
        CacheError.cycle(["a", "b", "a"]), CacheError.computationTimedOut(limit: .seconds(1)),
        CacheError.equivalentKeys("caf\u{e9}", "cafe\u{301}"),
        CacheBackendError.closed,
        CacheBackendError.timeToLiveOutOfRange(.seconds(1 << 60)),
        CacheBackendError.deadlineOutOfRange(secondsSince1970: 1e300), CacheBackendError.cannotClearPrefix,
        CacheBackendError.cannotTellTimeToLive,
    ]

    private static let serializers: [CacheSerializationError] = coding + options + names

    private static let coding: [CacheSerializationError] = [
        .encodingFailed(
            format: "JSON",
            underlying: EncodingError.invalidValue(1, .init(codingPath: [], debugDescription: "It has no form."))),
        .decodingFailed(
            format: "JSON",
            underlying: DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "It is no number."))),
        .corrupt(format: "JSON", reason: "it nests too deep"), .tooLarge(format: "zlib", limit: 10),
    ]

    private static let options: [CacheSerializationError] = [
        failure { () throws(CacheSerializationError) in _ = try ZlibCacheCompressor(level: 100) },
        failure { () throws(CacheSerializationError) in _ = try ZstdCacheCompressor(level: 100) },
        failure { () throws(CacheSerializationError) in _ = try ZlibCacheCompressor(maximumSize: 0) },
        failure { () throws(CacheSerializationError) in _ = try Zlib(files: ["libno-such.so"]) },
    ].compactMap { $0 }

    private static let names: [CacheSerializationError] = [
        "yaml", "json+lz4", "redis://localhost", "json://x", "json+zlib://?level=1", "json+zlib://?compression-level=a",
        "zlib", "json+json", "pickle", "string", "json+zlib://?compression-level=1&compression-level=1", "a b",
    ].compactMap { url in
        failure { () throws(CacheSerializationError) in _ = try AnyCacheSerializer<[Int], Data>(url: url) }
    }

    private static let inner: [any Error] = [
        refusal, RESPError.keyWithoutValue, Errno(code: ECONNREFUSED),
        ResolutionError(host: "a", reason: "no address"), ChannelError.system(Errno(code: EPIPE)),
        ChannelError.tls(.truncated), MessagePackFault.overflow,
        SystemLibraryError.notFound(library: "zlib", install: "zlib1g", reason: "no file"),
        SystemLibraryError.missingFunction("a", library: "zlib"),
    ]

    private static func failure(_ body: () throws(CacheSerializationError) -> Void) -> CacheSerializationError? {
        do throws(CacheSerializationError) {
            try body()
            return nil
        } catch {
            return error
        }
    }
}

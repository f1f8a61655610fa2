// What a file that caches has to name from one import: how a Redis backend is configured, and what its calls throw. Each by
// its name, so that nothing else of the client reaches a file that did not ask for it: `import CachetoryRedis` does, for
// pools and commands of one's own.
//
// Underscored still, but the only way for one import to bring another module's types; the standard library's own modules
// rely on it.
@_exported public import struct CachetoryRESP.RESPServerError
@_exported public import enum CachetoryRedis.RedisCallError
@_exported public import struct CachetoryRedis.RedisClientConfiguration
@_exported public import enum CachetoryRedis.RedisClientConfigurationError
@_exported public import struct CachetoryRedis.RedisClusterConfiguration
@_exported public import struct CachetoryRedis.RedisClusterError
@_exported public import struct CachetoryRedis.RedisPoolConfiguration
@_exported public import struct CachetoryRedis.RedisTLSConfiguration
@_exported public import enum CachetoryRedis.RedisTLSError
@_exported public import enum CachetoryRedis.RedisURLError

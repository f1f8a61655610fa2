public import CachetorySmallFoundation

// Foundation's `localizedDescription` is the sentence that the description is, instead of a number.

extension RedisCallError: LocalizedError { public var errorDescription: String? { description } }
extension RedisClusterError: LocalizedError { public var errorDescription: String? { description } }
extension RedisTLSError: LocalizedError { public var errorDescription: String? { description } }
extension RedisURLError: LocalizedError { public var errorDescription: String? { description } }
extension RedisClientConfigurationError: LocalizedError { public var errorDescription: String? { description } }
extension Errno: LocalizedError { package var errorDescription: String? { description } }
extension ClusterTopologyError: LocalizedError { package var errorDescription: String? { description } }
extension ResolutionError: LocalizedError { package var errorDescription: String? { description } }
extension ChannelError: LocalizedError { package var errorDescription: String? { description } }
extension UnsolicitedReply: LocalizedError { package var errorDescription: String? { description } }

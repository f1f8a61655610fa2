import CachetoryRedis
import CachetoryTestSupport

extension TLSRedisServer {
    /// A configuration for it, which trusts the tests' authority.
    func configuration(
        host: String = "localhost", _ change: (inout RedisTLSConfiguration) -> Void = { _ in }
    ) -> RedisClientConfiguration {
        var tls = RedisTLSConfiguration(authorityFile: certificates.authority)
        change(&tls)
        return .patient(host: host, port: port, tls: tls)
    }
}

extension RedisClientConfiguration {
    /// With time limits that a machine which is busy with other tests does not reach.
    static func patient(host: String = "localhost", port: Int, tls: RedisTLSConfiguration) -> RedisClientConfiguration {
        RedisClientConfiguration(
            address: .tcp(host: host, port: port), tls: tls, connectTimeout: .seconds(60),
            commandTimeout: .seconds(60))
    }
}

import CachetoryRedis
import CachetoryTestSupport

extension TLSRedisServer {
    /// A configuration for it, which trusts the tests' authority.
    func configuration(
        host: String = "localhost", _ change: (inout TLSConfiguration) -> Void = { _ in }
    ) -> RedisConfiguration {
        var tls = TLSConfiguration(authorityFile: certificates.authority)
        change(&tls)
        return .patient(host: host, port: port, tls: tls)
    }
}

extension RedisConfiguration {
    /// With time limits that a machine which is busy with other tests does not reach.
    static func patient(host: String = "localhost", port: Int, tls: TLSConfiguration) -> RedisConfiguration {
        RedisConfiguration(
            address: .tcp(host: host, port: port), tls: tls, connectTimeout: .seconds(60),
            commandTimeout: .seconds(60))
    }
}

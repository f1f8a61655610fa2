import CachetoryRedis
import Testing

@Suite struct RedisConfigurationDescriptionTests {
    @Test(arguments: [
        ("redis://", "redis://localhost:6379/0"),
        ("redis://app:hunter2@cache.example.com:7000/3", "redis://***@cache.example.com:7000/3"),
        ("rediss://[::1]", "rediss://[::1]:6379/0"),
        ("unix://:hunter2@/run/redis.sock?db=2", "unix://***@/run/redis.sock?db=2"),
    ])
    func `a description shows the connection but not who logs in`(url: String, description: String) throws {
        #expect(try RedisClientConfiguration(url: url).description == description)
    }

    @Test func `no dump or reflection shows a secret`() throws {
        let configuration = RedisClientConfiguration(
            credentials: .init(username: "app", password: "hunter2"),
            tls: RedisTLSConfiguration(keyPassphrase: "hunter2"))
        var output = String(reflecting: configuration) + String(describing: configuration.tls)
        output += String(reflecting: try configuration.credentials?.login())
        dump(configuration, to: &output)
        dump(try configuration.credentials?.login(), to: &output)
        #expect(output.contains("***"))
        #expect(!output.contains("hunter2"))
    }
}

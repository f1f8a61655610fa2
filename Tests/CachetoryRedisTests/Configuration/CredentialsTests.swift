import CachetoryRedis
import Synchronization
import Testing

@Suite struct CredentialsTests {
    @Test func `a fixed login is the same each time`() throws {
        let credentials = RedisClientConfiguration.Credentials(username: "app", password: "secret")
        #expect(try credentials.login() == RedisClientConfiguration.Login(username: "app", password: "secret"))
        #expect(try credentials.login() == credentials.login())
    }

    @Test func `a login that changes is asked for each time`() throws {
        let asked = Atomic(0)
        let credentials = RedisClientConfiguration.Credentials {
            .init(password: "secret \(asked.add(1, ordering: .relaxed).newValue)")
        }
        #expect(try credentials.login().password == "secret 1")
        #expect(try credentials.login().password == "secret 2")
    }

    @Test func `what a provider throws reaches who asked`() {
        struct Locked: Error {}
        let credentials = RedisClientConfiguration.Credentials { throw Locked() }
        #expect(throws: Locked.self) { try credentials.login() }
    }
}

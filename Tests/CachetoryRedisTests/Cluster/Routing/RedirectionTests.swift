import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

@Suite struct RedirectionTests {
    typealias Address = RedisClientConfiguration.Address

    private static let node = Address.tcp(host: "10.0.0.1", port: 7000)

    private static func redirection(_ message: String, _ code: String = "MOVED", from node: Address = Self.node)
        -> Redirection?
    {
        Redirection(RESPServerError(code: code, message: message), from: node)
    }

    @Test(
        arguments: [
            ("3999 127.0.0.1:6381", 3_999, "127.0.0.1", 6381), ("0 a:1", 0, "a", 1),
            ("16383 redis-7.example.com:65535", 16_383, "redis-7.example.com", 65_535),
            // IPv6, as servers write it and as it should be.
            ("1 ::1:6379", 1, "::1", 6379), ("1 fd00:0:0:1::2:6379", 1, "fd00:0:0:1::2", 6379),
            ("1 [fd00::2]:6379", 1, "fd00::2", 6379), ("1 fe80::1%eth0:6379", 1, "fe80::1%eth0", 6379),
            // The host that answered.
            ("1 :6381", 1, "10.0.0.1", 6381),
            // What servers to come may add.
            ("1 a:6379 hostname=b", 1, "a", 6379),
        ])
    func `it says which slot is where`(message: String, slot: Int, host: String, port: Int) throws {
        let slot = try #require(HashSlot(slot))
        let address = Address.tcp(host: host, port: port)
        #expect(Self.redirection(message) == .moved(slot, address))
        #expect(Self.redirection(message, "ASK") == .ask(slot, address))
        #expect(Self.redirection(message)?.slot == slot)
        #expect(Self.redirection(message)?.address == address)
    }

    @Test func `a host that the node does not know is none`() throws {
        #expect(Self.redirection("1 ?:6379") == .moved(try #require(HashSlot(1)), nil))
        // Of a socket's node nobody knows the host.
        let socket = Address.unixSocket(path: "/run/redis.sock")
        #expect(Self.redirection("1 :6379", from: socket) == .moved(try #require(HashSlot(1)), nil))
    }

    @Test(
        arguments: [
            "", " ", "1", "1 ", "a 127.0.0.1:1", "-1 a:1", "16384 a:1", "99999999999999999999 a:1", "1 a", "1 a:",
            "1 a:b",
            "1 a:0", "1 a:65536", "1 a:-1", "1 a:99999999999999999999", "1 a/b:1", "1 [::1:1", "1 ::1]:1", "1 []:1",
            "1 a b:1",
            "1 \u{1B}[31m:1", "1 a\0b:1", "1.5 a:1", " 1 a:1\n", "1 \(String(repeating: "a", count: 254)):1",
        ].map(Input.init))
    func `what names no slot, host or port is none`(message: Input) {
        #expect(Self.redirection(message.text) == nil)
        #expect(Self.redirection(message.text, "ASK") == nil)
    }

    @Test(arguments: ["ERR", "moved", "MOVEDX", "CLUSTERDOWN", ""])
    func `another error is none`(code: String) {
        #expect(Self.redirection("3999 127.0.0.1:6381", code) == nil)
    }

    @Test func `it stands whatever a peer says`() {
        var random = SeededGenerator(seed: 1)
        let alphabet = Array("0123456789 :?[]%.-ab\u{1B}é\0")
        for _ in 0..<10_000 {
            let message = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            guard let redirection = Self.redirection(message) else { continue }
            if case .tcp(_, let port)? = redirection.address { #expect((1...65_535).contains(port), "\(message)") }
        }
    }
}

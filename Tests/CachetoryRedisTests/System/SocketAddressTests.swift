import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite struct SocketAddressTests {
    @Test(
        arguments: ["/tmp/redis.sock", "relative", "/with space/ü", String(repeating: "p", count: 107)].map(Input.init))
    func `a path is the address of a Unix socket`(path: Input) {
        #expect(SocketAddress(unixSocketPath: path.text)?.family == AF_UNIX)
    }

    @Test(
        arguments: ["", "/nul\0inside", String(repeating: "p", count: 108), String(repeating: "p", count: 100_000)].map(
            Input.init))
    func `what the system cannot hold is none`(path: Input) {
        #expect(SocketAddress(unixSocketPath: path.text) == nil)
    }

    @Test(arguments: [("127.0.0.1", AF_INET), ("::1", AF_INET6)])
    func `an address in digits is resolved to itself`(host: String, family: Int32) throws {
        #expect(try SocketAddress.resolve(host: host, port: 6379).map(\.family) == [family])
    }

    @Test func `a host name may have several addresses`() throws {
        let families = try SocketAddress.resolve(host: "localhost", port: 6379).map(\.family)
        #expect(families.contains(AF_INET))
    }

    @Test func `a name that does not exist is an error that says so`() async {
        let error = await #expect(throws: ResolutionError.self) {
            try await onThread {
                // Reserved for this (RFC 6761).
                _ = try SocketAddress.resolve(host: "no-such-host.invalid", port: 6379)
            }
        }
        #expect(error?.host == "no-such-host.invalid")
        #expect(error?.reason.isEmpty == false)
    }
}

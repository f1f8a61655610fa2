import CachetoryRedis
import CachetoryTestSupport
import Dispatch
import Testing

/// Lookups that hang, by a resolver of the test's own.
@Suite(.timeLimit(.minutes(2))) struct HostResolverTests {
    /// A resolver that answers when it is told to.
    private final class Gate: Sendable {
        let lookups = Counter()
        private let isOpen = Switch()
        private let waiting = DispatchSemaphore(value: 0)

        func open() {
            isOpen.turnOn()
            waiting.signal()
        }

        func resolver() -> HostResolver {
            HostResolver { [self] host, port throws(ResolutionError) in
                lookups.add()
                if !isOpen.isOn {
                    waiting.wait()
                    waiting.signal()
                }
                return try SocketAddress.resolve(host: "127.0.0.1", port: port)
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "::1", "fe80::1%lo"])
    func `an IP address is not looked up`(address: String) async throws {
        try await onThread {
            let resolver = HostResolver { host, _ throws(ResolutionError) in
                throw ResolutionError(host: host, reason: "it was looked up")
            }
            let addresses = try resolver.addresses(of: address, port: 1, until: .now + .seconds(10))
            #expect(addresses.count == 1)
            let error = #expect(throws: ResolutionError.self) {
                try resolver.addresses(of: "localhost", port: 1, until: .now + .seconds(10))
            }
            #expect(error?.reason == "it was looked up")
        }
    }

    @Test func `a lookup that hangs is left at the deadline`() async throws {
        let gate = Gate()
        let (time, error) = try await timed {
            try await onThread {
                #expect(throws: ResolutionError.self) {
                    try gate.resolver().addresses(of: "hangs", port: 1, until: .now + .milliseconds(100))
                }
            }
        }
        #expect(error?.reason == "the name was not resolved in time")
        #expect(time >= .milliseconds(100) && time < busyMachine)
        gate.open()
    }

    @Test func `when all threads hang, a lookup fails at once, and no thread is added`() async throws {
        let gate = Gate()
        let resolver = gate.resolver()
        try await onThreads(HostResolver.threadLimit) { _ in
            #expect(throws: ResolutionError.self) {
                try resolver.addresses(of: "hangs", port: 1, until: .now + .milliseconds(50))
            }
        }
        let (time, error) = try await timed {
            try await onThread {
                #expect(throws: ResolutionError.self) {
                    try resolver.addresses(of: "hangs", port: 1, until: .now + .seconds(200))
                }
            }
        }
        #expect(time < busyMachine)
        #expect(error?.reason == "the system's resolver hangs: 16 earlier lookups have not come back")
        #expect(try await eventually { gate.lookups.count == HostResolver.threadLimit })

        gate.open()
        let answered = try await eventually {
            try await onThread {
                (try? resolver.addresses(of: "hangs", port: 1, until: .now + .seconds(200)))?.count == 1
            }
        }
        #expect(answered)
    }

    @Test func `more lookups than there may be threads are made one after the other`() async throws {
        let gate = Gate()
        gate.open()
        let resolver = gate.resolver()
        try await onThreads(4 * HostResolver.threadLimit) { _ in
            let addresses = try resolver.addresses(of: "localhost", port: 1, until: .now + .seconds(200))
            #expect(addresses.count == 1)
        }
        #expect(gate.lookups.count == 4 * HostResolver.threadLimit)
    }
}

import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct PollerTests {
    /// One wait, which takes no longer than it needs to get what is there by now.
    private static func poll(_ poller: any Poller) throws -> [PollerEvent] {
        var events: [PollerEvent] = []
        try poller.wait(until: .now, events: &events)
        return events
    }

    @Test(arguments: PollerKind.allCases)
    func `what can be read is told until it was read`(kind: PollerKind) async throws {
        try await onThread {
            let (poller, pair) = (try kind.make(), try StreamPair())
            try poller.add(pair.near, token: 7, interest: .readable)
            #expect(try Self.poll(poller).isEmpty)
            pair.send()
            #expect(try Self.poll(poller) == [PollerEvent(token: 7, readiness: .readable)])
            #expect(try Self.poll(poller) == [PollerEvent(token: 7, readiness: .readable)])
            pair.receive()
            #expect(try Self.poll(poller).isEmpty)
        }
    }

    @Test(arguments: PollerKind.allCases)
    func `room to write is told to those who ask for it`(kind: PollerKind) async throws {
        try await onThread {
            let (poller, pair) = (try kind.make(), try StreamPair())
            try poller.add(pair.near, token: 7, interest: .readable)
            try poller.modify(pair.near, token: 7, interest: [.readable, .writable])
            #expect(try Self.poll(poller) == [PollerEvent(token: 7, readiness: .writable)])
            pair.send()
            #expect(try Self.poll(poller) == [PollerEvent(token: 7, readiness: [.readable, .writable])])
            try poller.modify(pair.near, token: 7, interest: .readable)
            #expect(try Self.poll(poller) == [PollerEvent(token: 7, readiness: .readable)])
        }
    }

    @Test(arguments: PollerKind.allCases)
    func `the end of a stream can be read`(kind: PollerKind) async throws {
        try await onThread {
            let (poller, pair) = (try kind.make(), try StreamPair())
            try poller.add(pair.near, token: 7, interest: .readable)
            pair.hangUp()
            #expect(try Self.poll(poller).first?.readiness.contains(.readable) == true)
        }
    }

    @Test(arguments: PollerKind.allCases)
    func `what was removed is not told, even if its number is used again`(kind: PollerKind) async throws {
        try await onThread {
            let (poller, old) = (try kind.make(), try StreamPair())
            try poller.add(old.near, token: 7, interest: .readable)
            old.send()
            poller.remove(old.near, token: 7)
            #expect(try Self.poll(poller).isEmpty)
            // The same descriptor under a new token, as after a close and an open.
            try poller.add(old.near, token: 8, interest: .readable)
            #expect(try Self.poll(poller) == [PollerEvent(token: 8, readiness: .readable)])
        }
    }

    @Test(arguments: PollerKind.allCases)
    func `all of many descriptors get their turn`(kind: PollerKind) async throws {
        try await onThread {
            let poller = try kind.make()
            let pairs = try (0..<200).map { _ in try StreamPair() }
            for (token, pair) in pairs.enumerated() {
                try poller.add(pair.near, token: UInt64(token), interest: .readable)
                pair.send()
            }
            var seen: Set<UInt64> = []
            for _ in 0..<10 {
                for event in try Self.poll(poller) {
                    seen.insert(event.token)
                    pairs[Int(event.token)].receive()
                }
            }
            #expect(seen.count == pairs.count)
        }
    }

    @Test(arguments: PollerKind.allCases)
    func `a wait ends at its deadline and not before`(kind: PollerKind) async throws {
        try await onThread {
            let (poller, pair) = (try kind.make(), try StreamPair())
            try poller.add(pair.near, token: 7, interest: .readable)
            // What is added may end the wait that goes on, or else the next one.
            #expect(try Self.poll(poller).isEmpty)
            var events = [PollerEvent(token: 1, readiness: .readable)]
            let deadline = Timestamp.now + .microseconds(2_500)
            try poller.wait(until: deadline, events: &events)
            #expect(events.isEmpty)
            #expect(Timestamp.now >= deadline)
        }
    }

    @Test(arguments: PollerKind.allCases)
    func `waking ends the next wait, and only one`(kind: PollerKind) async throws {
        try await onThread {
            let poller = try kind.make()
            for _ in 0..<100 { poller.wake() }
            var events: [PollerEvent] = []
            try poller.wait(until: .distantFuture, events: &events)
            #expect(events.isEmpty)
            let deadline = Timestamp.now + .milliseconds(2)
            try poller.wait(until: deadline, events: &events)
            #expect(Timestamp.now >= deadline)
        }
    }

    @Test(arguments: PollerKind.allCases)
    func `another thread wakes, and adds what the wait then ends for`(kind: PollerKind) async throws {
        let (poller, pair) = (try kind.make(), try StreamPair())
        async let woken = onThread {
            var events: [PollerEvent] = []
            try poller.wait(until: .distantFuture, events: &events)
            while events.isEmpty { try poller.wait(until: .distantFuture, events: &events) }
            return events
        }
        poller.wake()
        pair.send()
        try poller.add(pair.near, token: 9, interest: .readable)
        #expect(try await woken == [PollerEvent(token: 9, readiness: .readable)])
    }
}

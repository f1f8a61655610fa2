import CachetoryRESP
import CachetoryRedis
import Testing

/// What a connection is told to do for each event.
@Suite struct PacingEventsTests {
    /// A class, since `#expect` takes no value that cannot be copied.
    private final class Paced {
        private var exchange = Exchange<Int>()
        private var pacing = Pacing()

        /// One whose peer has answered a request after so many microseconds.
        init(replyTime: Int64) {
            _ = add(1)
            write()
            _ = reply(1, at: .microseconds(replyTime))
        }

        var isReactorReading: Bool { pacing.isReactorReading }
        var isCorked: Bool { pacing.isCorked }

        /// - Returns: what is to be done after the last one.
        func add(
            _ count: Int, onReactor: Bool = false, isInvited: Bool = false, at now: Timestamp = .microseconds(0)
        ) -> Pacing.Actions {
            var actions: Pacing.Actions = []
            for number in 0..<count {
                exchange.add(Request(["PING"]), waiter: number, deadline: .distantFuture)
                actions = pacing.requestAdded(exchange.backlog, onReactor: onReactor, isInvited: isInvited, at: now)
            }
            return actions
        }

        func write(at now: Timestamp = .microseconds(0)) {
            var bytes = OutgoingBytes()
            exchange.startWriting(&bytes)
            pacing.writeBegan(upTo: exchange.taken, at: now)
            exchange.finishWriting()
        }

        func reply(_ count: Int, at now: Timestamp) -> Pacing.Actions {
            let inFlight = exchange.inFlight
            for _ in 0..<count { _ = try? exchange.receive(.null) }
            let answered = exchange.finishReceiving(at: now)
            return pacing.repliesCame(upTo: answered, inFlight: inFlight, callers: count, at: now)
        }

        func queueFollower() -> Bool { pacing.followerQueued(at: .microseconds(0), requests: exchange.lastNumber) }
        func runFollower() -> Pacing.Actions? { pacing.followerRan(exchange.backlog, at: .microseconds(500)) }
        func findNothing() -> Pacing.Actions { pacing.followerFoundNothing(inFlight: exchange.inFlight) }
        func runWriter(at now: Timestamp) -> Pacing.Actions { pacing.writerRan(exchange.backlog, at: now) }
        func becomeReadable() -> Pacing.Actions { pacing.becameReadable() }
        func endIteration() -> Pacing.Actions { pacing.iterationEnded() }
        func fireTimer(at now: Timestamp, isDeadline: Bool = false) -> Pacing.Actions {
            pacing.timerFired(at: now, requests: exchange.lastNumber, isDeadline: isDeadline)
        }
        func nextTimer(after now: Timestamp) -> Timestamp { pacing.nextTimer(after: now) }
    }

    @Test func `with few in flight nearby the reactor spins, with many it only writes`() {
        let few = Paced(replyTime: 20)
        _ = few.add(3)
        few.write()
        #expect(few.reply(3, at: .microseconds(20)) == [.write, .spin])
        let many = Paced(replyTime: 20)
        _ = many.add(65)
        many.write()
        #expect(many.reply(65, at: .microseconds(20)) == .write)
        #expect(many.becomeReadable() == .read)
    }

    @Test func `in between it hands off, and requests are corked until the follower runs`() {
        let paced = Paced(replyTime: 20)
        _ = paced.add(10)
        paced.write()
        #expect(paced.reply(10, at: .microseconds(20)) == [.write, .handOff])
        #expect(paced.isCorked && !paced.isReactorReading)
        // It belongs to whoever delivers.
        #expect(paced.becomeReadable() == [])
        #expect(paced.queueFollower())
        #expect(paced.nextTimer(after: .microseconds(0)) == .microseconds(1000))
        #expect(paced.add(15) == [])
        #expect(paced.add(1) == .write)
        #expect(paced.runFollower() == .write)
        paced.write(at: .microseconds(500))
        #expect(paced.findNothing() == .spin)
        #expect(paced.reply(10, at: .microseconds(520)) == .write)
        #expect(paced.isCorked && !paced.isReactorReading)
        #expect(!paced.queueFollower())
        #expect(paced.runFollower() == [])
        #expect(paced.findNothing() == .spin)
        #expect(paced.findNothing() == .watch)
        #expect(paced.isReactorReading)
        #expect(paced.nextTimer(after: .microseconds(0)) == .distantFuture)
    }

    @Test(arguments: [false, true])
    func `the reactor reclaims the lead from a follower that is starved, or at a deadline`(isDeadline: Bool) {
        let paced = Paced(replyTime: 20)
        _ = paced.add(10)
        paced.write()
        #expect(paced.reply(10, at: .microseconds(20)).contains(.handOff))
        #expect(paced.queueFollower())
        let actions = paced.fireTimer(at: .microseconds(isDeadline ? 10 : 1000), isDeadline: isDeadline)
        #expect(actions == [.watch, .read])
        #expect(!paced.isCorked && paced.isReactorReading)
        #expect(paced.runFollower() == nil)
    }

    @Test func `callers on the reactor's thread are corked until its iteration ends, and it goes on reading`() {
        let paced = Paced(replyTime: 20)
        #expect(paced.add(1, onReactor: true) == .awaitIterationEnd)
        #expect(paced.add(9, onReactor: true) == [])
        #expect(paced.isCorked)
        #expect(paced.endIteration() == [.write, .spin])
        #expect(!paced.isCorked)
        paced.write()
        #expect(paced.reply(10, at: .microseconds(20)) == [.write, .spin])
        // Those who ask now are elsewhere.
        _ = paced.add(10)
        paced.write()
        #expect(paced.reply(10, at: .microseconds(40)) == [.write, .handOff])
    }

    @Test func `from far away, requests are corked until the writer runs, and others are invited`() {
        let paced = Paced(replyTime: 1000)
        _ = paced.add(10)
        paced.write()
        #expect(paced.reply(5, at: .microseconds(1000)) == [.write, .queueWriter, .invite])
        #expect(paced.add(1, at: .microseconds(1001)) == [])
        #expect(paced.reply(5, at: .microseconds(1002)) == .write)
        #expect(paced.runWriter(at: .microseconds(1003)) == [.write, .queueWriter])
        #expect(paced.nextTimer(after: .microseconds(1003)) == .microseconds(2003))
        #expect(paced.fireTimer(at: .microseconds(2003)) == .endInvitation)
        #expect(!paced.isCorked)
    }

    @Test func `an invited connection corks as well, and invites nobody`() {
        let paced = Paced(replyTime: 1000)
        #expect(paced.add(4, isInvited: true) == .queueWriter)
        #expect(paced.isCorked)
        #expect(paced.runWriter(at: .microseconds(10)) == .write)
        #expect(!paced.isCorked)
    }
}

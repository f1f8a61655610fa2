import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Testing

/// What becomes of a request whose caller has left.
@Suite(.timeLimit(.minutes(2))) struct ExchangeWithdrawalTests {
    @Test func `what nobody has taken is never written, and the others are`() throws {
        let exchange = ScriptedExchange()
        for word in ["a", "b", "cd", "e"] { exchange.add(word) }
        #expect(exchange.withdraw(1))
        #expect(exchange.withdraw(3))
        #expect(!exchange.withdraw(3))
        #expect(exchange.inFlight == 2)
        #expect(exchange.write() == "be")
        let answers = try exchange.receive(.integer(1), .integer(2))
        #expect(answers == [Answer("b", .integer(1)), Answer("e", .integer(2))])
        #expect(throws: UnsolicitedReply.self) { try exchange.receive(.null) }
    }

    @Test func `what somebody has taken keeps its place`() throws {
        let exchange = ScriptedExchange()
        exchange.add("a")
        #expect(exchange.start() == "a")
        exchange.add("b")
        #expect(!exchange.withdraw(1))
        #expect(exchange.finish() == "b")
        #expect(!exchange.withdraw(2))
        #expect(try exchange.receive(.integer(1), .integer(2)).map(\.waiter) == ["a", "b"])
        #expect(!exchange.withdraw(2))
        #expect(!exchange.withdraw(0))
        #expect(!exchange.withdraw(100))
    }

    @Test func `with all of it taken back there is nothing to write, and nothing is kept`() {
        let exchange = ScriptedExchange()
        for _ in 0..<3 { exchange.add(bytes: 100_000) }
        for number in 1...3 { #expect(exchange.withdraw(number)) }
        #expect(!exchange.mayWrite)
        #expect(exchange.queuedBytes == 0)
        #expect(exchange.largeBytes == 0)
        exchange.add("a")
        #expect(exchange.write() == "a")
    }

    @Test func `neither a deadline nor the end tells of it again`() {
        let exchange = ScriptedExchange()
        exchange.add("abcdef", deadline: .microseconds(10))
        exchange.add("b", deadline: .microseconds(5))
        exchange.add("c", deadline: .microseconds(20))
        #expect(exchange.withdraw(2))
        #expect(exchange.nextDeadline == .microseconds(10))
        #expect(exchange.expire(at: .microseconds(10)) == [Left("abcdef", mayBeExecuted: false)])
        exchange.add("d")
        #expect(exchange.withdraw(4))
        #expect(exchange.close() == [Left("c", mayBeExecuted: false)])
        #expect(!exchange.withdraw(3))
    }

    @Test(arguments: 0..<20)
    func `whatever is taken back, the rest is written in its order`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let exchange = ScriptedExchange()
        var (waiting, added) = ([(number: Int, letter: String)](), 0)
        for _ in 0..<2_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let letter = String("abcdefgh".randomElement(using: &random) ?? "a")
                exchange.add(letter)
                added += 1
                waiting.append((added, letter))
            case 5..<9:
                guard let place = waiting.indices.randomElement(using: &random) else { continue }
                #expect(exchange.withdraw(waiting.remove(at: place).number))
            default:
                #expect(exchange.write() == (waiting.isEmpty ? nil : waiting.map(\.letter).joined()))
                waiting = []
            }
            #expect(exchange.mayWrite == !waiting.isEmpty)
        }
    }

    /// Each by itself would have all the others moved: 20,000 times 40 MB.
    @Test func `many that are taken back take linear time, and leave no more than half of what there is`() {
        let exchange = ScriptedExchange()
        let count = 20_000
        for _ in 0..<count { exchange.add(bytes: 2_000) }
        let all = exchange.queuedBytes
        let clock = ContinuousClock()
        let time = clock.measure {
            for number in 1...count where number % 100 != 0 { _ = exchange.withdraw(number) }
        }
        #expect(time < .seconds(20))
        #expect(exchange.inFlight == count / 100)
        #expect(exchange.queuedBytes < all / 40)
        for number in 1...count where number % 100 == 0 { #expect(exchange.withdraw(number)) }
        #expect(exchange.queuedBytes == 0)
    }

    @Test func `bytes are queued until they are written`() {
        let exchange = ScriptedExchange()
        exchange.add(bytes: 100_000)
        let size = exchange.queuedBytes
        #expect(size > 100_000)
        #expect(exchange.start() == "[100000]")
        #expect(exchange.queuedBytes == size)
        exchange.pause(unsentBytes: 1000)
        #expect(exchange.queuedBytes == 1000)
        exchange.add("a")
        #expect(exchange.queuedBytes == 1000 + ScriptedExchange.bytesPerLetter)
        exchange.resume()
        #expect(exchange.finish() == "a")
        #expect(exchange.queuedBytes == ScriptedExchange.bytesPerLetter)
        #expect(exchange.finish() == nil)
        #expect(exchange.queuedBytes == 0)
    }
}

import CachetoryRESP
import CachetoryRedis

extension Benchmark {
    /// Requests that are added, written and answered, in batches of several sizes. An operation is a request.
    ///
    /// It is the form for waiters of any type, which is all that other modules get: several times the instructions of
    /// that which the library compiles for its own waiters. Only changes mean something; ``calls`` has the other.
    static var exchange: [Benchmark] {
        [1, 50].map { batch in
            Benchmark(name: "exchange/batch-of-\(batch)", operations: 100) {
                var traffic = Traffic(batch: batch)
                return .blocking { try traffic.pass(100 / batch) }
            }
        }
    }
}

/// A connection without a socket: every request is answered in its turn, and what is written and read is timed.
private struct Traffic: ~Copyable {
    let batch: Int
    private let request = Request(["GET", "user:session:1234"])
    private var exchange = Exchange<Int>()
    private var pacing = Pacing()
    private var bytes = OutgoingBytes()
    private var now = Timestamp(nanoseconds: 0)

    init(batch: Int) { self.batch = batch }

    mutating func pass(_ times: Int) throws {
        for _ in 0..<times { try pass() }
    }

    private mutating func pass() throws {
        for number in 0..<batch { exchange.add(request, waiter: number, deadline: .distantFuture) }
        exchange.startWriting(&bytes)
        pacing.writeBegan(upTo: exchange.taken, at: now)
        bytes.removeFirst(bytes.count)
        now = now + .microseconds(50)
        exchange.finishWriting()
        try expect(!exchange.mayWrite)
        for number in 0..<batch { try expect(try exchange.receive(.null)?.waiter == number) }
        let answered = exchange.finishReceiving(at: now)
        _ = pacing.repliesCame(upTo: answered, inFlight: batch, callers: batch, at: now)
    }
}

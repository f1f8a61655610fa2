import CachetoryRESP
import Foundation
import Testing

/// Four times as much may take eight times as long and not sixteen times, as it would if anything were read again.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LinearTimeTests {
    /// A reply of a size, and in what pieces it comes.
    struct Load: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let size: Int
        let piece: Int
        let reply: @Sendable (Int) -> String
    }

    static let loads = [
        Load(testDescription: "an array", size: 4_000, piece: 1) { "*\($0)\r\n" + repeated(":1\r\n", $0) },
        Load(testDescription: "an array in large pieces", size: 40_000, piece: 65_536) {
            "*\($0)\r\n" + repeated(":1\r\n", $0)
        },
        Load(testDescription: "a streamed map", size: 2_000, piece: 1) {
            "%?\r\n" + repeated(":1\r\n_\r\n", $0) + ".\r\n"
        },
        Load(testDescription: "arrays inside an array", size: 1_000, piece: 1) {
            "*\($0)\r\n" + repeated("*2\r\n*0\r\n*1\r\n#t\r\n", $0)
        },
        Load(testDescription: "a line", size: 16_000, piece: 1) { "+" + repeated("x", $0) + "\r\n" },
        Load(testDescription: "a bulk string", size: 8_000, piece: 1) { "$\($0)\r\n" + repeated("x", $0) + "\r\n" },
        Load(testDescription: "a large bulk string", size: 34_000, piece: 1) {
            "$\($0)\r\n" + repeated("x", $0) + "\r\n"
        },
        Load(testDescription: "a streamed string", size: 2_000, piece: 1) {
            "$?\r\n" + repeated(";1\r\nx\r\n", $0) + ";0\r\n"
        },
        Load(testDescription: "attributes", size: 1_000, piece: 1) { repeated("|1\r\n:1\r\n:1\r\n", $0) + "_\r\n" },
    ]

    @Test(arguments: loads)
    func `time grows with the size`(_ load: Load) throws {
        let single = try cpuTime(of: load, size: load.size)
        let fourfold = try cpuTime(of: load, size: 4 * load.size)
        #expect(fourfold < single * 8 + .milliseconds(2))
    }

    /// The least of three, of this thread alone: what else the machine does is not counted.
    private func cpuTime(of load: Load, size: Int) throws -> Duration {
        let bytes = Array(load.reply(size).utf8)
        var least = Duration.seconds(60)
        for _ in 0..<3 {
            let start = threadTime()
            let outcome = Outcome(of: bytes, inPiecesOf: load.piece)
            least = min(least, threadTime() - start)
            try #require(outcome.error == nil && outcome.replies.count == 1)
        }
        return least
    }

    private func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

import Locking
import Testing

@testable import LoadTest

@Suite(.timeLimit(.minutes(5)))
struct ProgressTests {
    /// What was written to a terminal.
    private final class Terminal: Sendable {
        let text = Lock("")

        var written: String { text.withLock { $0 } }

        func write(_ more: String) { text.withLock { $0 += more } }
    }

    @Test func `it shows what came since the last time, and takes its line away`() {
        let terminal = Terminal()
        var progress = Progress(isShown: true, write: terminal.write).started("run", at: 0)
        let recorder = LatencyRecorder()
        for _ in 0..<500 { recorder.record(1_000_000) }
        progress.show(recorder.histogram(), .init(), at: 500_000_000)
        #expect(terminal.written.hasSuffix("run 0.5 s  500 done  1,000 ops/s  p99 1.00 ms  0 errors  0 wrong values"))
        for _ in 0..<1000 { recorder.record(100_000) }
        progress.show(recorder.histogram(), .init(errors: 3, wrongValues: 1), at: 1_000_000_000)
        #expect(terminal.written.contains("run 1.0 s  1,500 done  2,000 ops/s  p99 100 us  3 errors  1 wrong values"))
        progress.clear()
        #expect(terminal.written.hasSuffix("\r\u{1B}[K"))
    }

    @Test func `nothing is written where nobody looks`() {
        let terminal = Terminal()
        var progress = Progress(isShown: false, write: terminal.write).started("run", at: 0)
        progress.show(Histogram(), .init(), at: 1)
        progress.clear()
        #expect(terminal.written.isEmpty)
    }
}

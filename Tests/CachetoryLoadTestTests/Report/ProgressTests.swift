import CachetoryLocking
import Testing

@testable import CachetoryLoadTest

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
        var progress = Progress(isShown: true, width: { 100 }, write: terminal.write).started("run", at: 0)
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

    @Test(arguments: [0, 1, 5, 20, 40, 60, 79, 80, 120])
    func `no line is as wide as the terminal`(width: Int) throws {
        for (done, faults) in [(3, 0), (123_456_789, 0), (123_456_789, 1_000_000)] {
            let line = ProgressLine(
                title: "warm-up", seconds: 12_345.6, done: done, rate: 1_234_567, p99: 2_000_000, errors: faults,
                wrongValues: faults)
            #expect(line.text(width: width).count <= width)
        }
        let terminal = Terminal()
        var progress = Progress(isShown: true, width: { width }, write: terminal.write).started("warm-up", at: 0)
        progress.show(Histogram(), .init(errors: 3, wrongValues: 1), at: 100_000_000_000)
        #expect(terminal.written.count - "\r\u{1B}[K".count < max(1, width))
    }

    @Test func `on a narrow terminal what went wrong is left last`() {
        let bad = ProgressLine(
            title: "run", seconds: 10, done: 1_234_567, rate: 123_456, p99: 1_000_000, errors: 3, wrongValues: 1)
        #expect(
            bad.text(width: 80) == "run 10.0 s  1,234,567 done  123,456 ops/s  p99 1.00 ms  3 errors  1 wrong values")
        #expect(bad.text(width: 60) == "run 10.0 s  123,456 ops/s  3 errors  1 wrong values")
        #expect(bad.text(width: 30) == "3 errors  1 wrong values")
        let good = ProgressLine(
            title: "run", seconds: 10, done: 1_234_567, rate: 123_456, p99: 1_000_000, errors: 0, wrongValues: 0)
        #expect(good.text(width: 70) == "run 10.0 s  1,234,567 done  123,456 ops/s  p99 1.00 ms  0 errors")
        #expect(good.text(width: 60) == "run 10.0 s  1,234,567 done  123,456 ops/s  p99 1.00 ms")
        #expect(good.text(width: 30) == "run 10.0 s  123,456 ops/s")
    }

    @Test func `nothing is written where nobody looks`() {
        let terminal = Terminal()
        var progress = Progress(isShown: false, write: terminal.write).started("run", at: 0)
        progress.show(Histogram(), .init(), at: 1)
        progress.clear()
        #expect(terminal.written.isEmpty)
    }
}

import Foundation

/// Whether tests run for as long as it takes to see what is rare, and measure what nothing else may disturb:
/// `CACHETORY_LONG_RUNS=1`, which Tests/Cluster/run.sh sets. Otherwise they are of a few seconds each.
enum LongRuns {
    static let areOn = ProcessInfo.processInfo.environment["CACHETORY_LONG_RUNS"] != nil

    /// How often something is done.
    static func count(_ usual: Int, long: Int) -> Int { areOn ? long : usual }
}

/// By how much something may exceed the time that is promised for it: see ``tolerance``.
let slack: Duration = tolerance == busyMachine ? busyMachine : .zero

extension Duration {
    // As figures are told.

    var inMilliseconds: String { "\(Self.figure(self / .milliseconds(1))) ms" }

    var inMicroseconds: String { "\(Self.figure(self / .microseconds(1))) µs" }

    private static func figure(_ number: Double) -> String {
        number.formatted(.number.grouping(.never).precision(.significantDigits(1...3)))
    }
}

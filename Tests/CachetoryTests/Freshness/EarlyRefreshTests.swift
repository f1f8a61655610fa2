import CachetoryTestSupport
import Foundation
import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct EarlyRefreshTests {
    private let minute = Duration.seconds(60)
    private let tick = Duration.microseconds(1)

    private func fraction(_ fraction: Double) -> EarlyRefresh { EarlyRefresh(early: .remaining(fraction: fraction)) }

    private func probabilistic(_ beta: Double = 1) -> EarlyRefresh { EarlyRefresh(early: .probabilistic(beta: beta)) }

    @Test(arguments: [Duration.zero, .milliseconds(1), .seconds(60)])
    func `off is never`(_ remaining: Duration) {
        let refresh = EarlyRefresh(early: .off)
        #expect(!refresh.isDue(remaining: remaining, of: minute, computation: minute, chance: 0))
        #expect(!refresh.isDue(remaining: remaining, of: nil, computation: nil, chance: 1))
    }

    @Test(arguments: [Freshness.Early.off, .probabilistic(), .remaining(fraction: 1)])
    func `what stays for ever is never due`(_ early: Freshness.Early) {
        let refresh = EarlyRefresh(early: early)
        #expect(!refresh.isDue(remaining: nil, of: nil, computation: minute, chance: 0))
        #expect(!refresh.isDue(remaining: nil, of: minute, computation: minute, chance: 0))
    }

    // MARK: - A fraction

    @Test(arguments: [0.001, 0.25, 0.5, 0.999])
    func `a fraction is due from there to the end`(_ share: Double) {
        let limit = minute * share
        for chance in [0, 0.5, 1] {
            for remaining in [Duration.zero, limit / 2, limit - tick] {
                #expect(fraction(share).isDue(remaining: remaining, of: minute, computation: nil, chance: chance))
            }
            for remaining in [limit + tick, minute] {
                #expect(!fraction(share).isDue(remaining: remaining, of: minute, computation: nil, chance: chance))
            }
        }
    }

    @Test(arguments: [1, 1.5, .greatestFiniteMagnitude, .infinity] as [Double])
    func `a fraction of all or more is always due`(_ share: Double) {
        for remaining in [Duration.zero, tick, minute] {
            #expect(fraction(share).isDue(remaining: remaining, of: minute, computation: nil, chance: 0.5))
        }
        // More than all is left of a value that somebody stored for longer.
        #expect(!fraction(share).isDue(remaining: minute + tick, of: minute, computation: nil, chance: 0.5))
    }

    @Test(arguments: [0, -0.0, -0.5, -.infinity, .nan] as [Double])
    func `a fraction of nothing is never due`(_ share: Double) {
        for remaining in [Duration.zero, tick, minute] {
            #expect(!fraction(share).isDue(remaining: remaining, of: minute, computation: minute, chance: 0))
        }
    }

    @Test func `a fraction of an unknown time is never due`() {
        #expect(!fraction(1).isDue(remaining: tick, of: nil, computation: minute, chance: 0))
    }

    // MARK: - At random

    @Test(
        arguments: [
            // beta, seconds of a computation, -ln(chance), seconds before the end
            [1, 0.1, 1, 0.1], [1, 0.1, 2, 0.2], [2, 0.1, 1, 0.2], [0.5, 4, 3, 6], [3, 0.02, 5, 0.3],
            [1, 1, 0.01, 0.01],
        ] as [[Double]])
    func `it is due when the computation's time, by beta and the draw, is left`(_ example: [Double]) {
        let (beta, computation, draw, limit) = (example[0], example[1], example[2], Duration.seconds(example[3]))
        func isDue(_ remaining: Duration) -> Bool {
            probabilistic(beta)
                .isDue(remaining: remaining, of: minute, computation: .seconds(computation), chance: exp(-draw))
        }
        #expect(isDue(.zero))
        #expect(isDue(limit / 2))
        #expect(isDue(limit - tick))
        #expect(!isDue(limit + tick))
        #expect(!isDue(limit * 2))
    }

    @Test func `a chance of one is due at the end alone`() {
        for beta in [0.1, 1, 1000] {
            let refresh = probabilistic(beta)
            #expect(!refresh.isDue(remaining: .nanoseconds(1), of: minute, computation: .seconds(1), chance: 1))
            #expect(refresh.isDue(remaining: .zero, of: minute, computation: .seconds(1), chance: 1))
        }
    }

    /// The logarithm of the least chance that is not zero is -744.44.
    @Test func `a chance of zero is early, and not infinitely`() {
        for timeToLive in [nil, Duration.seconds(3600)] {
            let refresh = probabilistic()
            #expect(refresh.isDue(remaining: .seconds(744), of: timeToLive, computation: .seconds(1), chance: 0))
            #expect(!refresh.isDue(remaining: .seconds(745), of: timeToLive, computation: .seconds(1), chance: 0))
        }
    }

    @Test func `a computation counts as half the time to live at most`() {
        let chance = exp(-1.0)
        for computation in [Duration.seconds(30), .seconds(31), .seconds(1_000_000)] {
            let refresh = probabilistic()
            let limit = minute / 2
            #expect(refresh.isDue(remaining: limit - tick, of: minute, computation: computation, chance: chance))
            #expect(!refresh.isDue(remaining: limit + tick, of: minute, computation: computation, chance: chance))
        }
        // There is no half of what is not known.
        #expect(probabilistic().isDue(remaining: .seconds(99), of: nil, computation: .seconds(100), chance: chance))
    }

    @Test func `nothing is due before the first computation`() {
        for remaining in [Duration.zero, tick, minute] {
            #expect(!probabilistic().isDue(remaining: remaining, of: minute, computation: nil, chance: 0))
        }
    }

    @Test(arguments: [0, -0.0, -1, -.infinity, .nan] as [Double])
    func `a beta of nothing is never due`(_ beta: Double) {
        for remaining in [Duration.zero, tick, minute] {
            #expect(!probabilistic(beta).isDue(remaining: remaining, of: minute, computation: minute, chance: 0))
        }
    }

    /// Ten processes look a hundred times a second each: together once a millisecond.
    ///
    /// Each look has the chance `e^(-r / δ)` when `r` is left. So `100 e^(-r / δ)` draws are expected until then: one
    /// by 0.46 s before the end.
    @Test func `of many processes a few compute a value, before its end`() {
        var random = SeededGenerator(seed: 1)
        let expiries = (0..<1000).map { _ in Expiry(using: &random) }
        let refreshed = expiries.compactMap(\.refreshed)
        #expect(refreshed.count >= 999)
        #expect(expiries.reduce(0) { $0 + $1.computations } <= 4 * expiries.count)
        // The paper's mean, of ln(100) and Euler's constant: 0.518 s before the end, and computed 0.1 s later.
        let total = refreshed.reduce(Duration.zero, +)
        let mean: Double = total / Duration.seconds(1) / Double(refreshed.count)
        #expect(0.38...0.46 ~= mean)
    }
}

/// What becomes of a value of 10 s whose computation takes 100 ms, in virtual time.
private struct Expiry {
    /// How many processes computed it.
    private(set) var computations = 0

    /// How long before its end the first of them had stored it; nil if none had.
    private(set) var refreshed: Duration?

    private static let processes = 10
    private static let interval = Duration.milliseconds(10)

    /// The simulation begins here. Before it, a look's chance is below `e^-12`, and all looks together are expected to
    /// draw `100 e^-12` times: one of 1,600 expiries would be refreshed earlier. All 10 s would take eleven times as
    /// long.
    private static let start = Duration.milliseconds(1200)

    init(using random: inout SeededGenerator) {
        let refresh = EarlyRefresh(early: .probabilistic(beta: 1))
        let (timeToLive, computation, interval) = (Duration.seconds(10), Duration.milliseconds(100), Self.interval)
        // What is left at the next look of each process, the earliest look first.
        var remaining = (0..<Self.processes).map { _ in Self.start - interval * random.chance() }.sorted(by: >)
        // No process computes it twice: its first computation ends no sooner than the value is new for all.
        var isComputing = Array(repeating: false, count: Self.processes)
        // What is left when the first value is stored.
        var stored: Duration?
        while true {
            for process in 0..<Self.processes {
                let left = remaining[process]
                remaining[process] = left - interval
                // From then on all find the new value, of which almost 10 s are left, or none.
                if left <= max(stored ?? .zero, .zero) {
                    refreshed = stored.flatMap { $0 > .zero ? $0 : nil }
                    return
                }
                if isComputing[process] { continue }
                let isDue = refresh.isDue(
                    remaining: left, of: timeToLive, computation: computation, chance: random.chance())
                if !isDue { continue }
                isComputing[process] = true
                computations += 1
                stored = stored ?? (left - computation)
            }
        }
    }
}

extension SeededGenerator {
    /// From 0 to 1.
    fileprivate mutating func chance() -> Double { Double(next() >> 11) * 0x1p-53 }
}

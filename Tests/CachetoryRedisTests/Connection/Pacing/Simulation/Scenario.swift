import CachetoryTestSupport
import Testing

/// What a simulated connection is used for. Times are in nanoseconds.
struct Scenario: Sendable, CustomTestStringConvertible {
    enum Callers: CaseIterable, Sendable {
        /// Tasks of the executor, in whose queue the follower and the writer stand behind them.
        case tasks
        /// Each on a thread of its own, so that they go on while the executor does not.
        case ownThreads
        /// Tasks on the reactor's thread.
        case onReactor
    }

    var name: String
    var callers = 1
    var kind = Callers.tasks
    /// How many requests each of them makes.
    var requests = 20
    var roundTrip: Int64 = 20_000
    /// How long the server takes for a request.
    var service: Int64 = 1_000
    /// How long a caller does something else between two requests, at most.
    var thinkTime: Int64 = 0
    /// Of a hundred requests, so many are left alone by their callers before the reply comes.
    var leavingPercent = 0
    /// Of a hundred times that the follower or the writer is queued, it so often has to wait for 10 to 200 ms.
    var starvedPercent = 0
    /// Of a hundred batches that the server reads, so many take it a millisecond longer.
    var stallPercent = 0
    /// Whether other connections coalesce now and then.
    var isInvited = false
    var seed: UInt64 = 1
    /// Without timers nobody gives up on a starved task: to show that this is found.
    var hasTimers = true

    var testDescription: String { name }
}

extension Scenario {
    static let all: [Scenario] =
        [1, 4, 10, 50, 200, 1000, 10_000].map { callers in
            Scenario(name: "\(callers) nearby", callers: callers, requests: callers > 1000 ? 2 : 20)
        }
        + [(50, 1), (200, 1), (1000, 1), (1000, 5), (10_000, 5)].map { callers, milliseconds in
            Scenario(
                name: "\(callers) at \(milliseconds) ms", callers: callers, requests: callers > 1000 ? 2 : 10,
                roundTrip: Int64(milliseconds) * 1_000_000, isInvited: callers == 200)
        }
        + [
            Scenario(name: "1 on the reactor", kind: .onReactor),
            Scenario(name: "50 on the reactor", callers: 50, kind: .onReactor),
            Scenario(name: "50 on the reactor at 1 ms", callers: 50, kind: .onReactor, roundTrip: 1_000_000),
            Scenario(name: "50, slow server", callers: 50, service: 100_000),
            Scenario(name: "20, a server that stalls", callers: 20, stallPercent: 5),
            Scenario(name: "100 in bursts", callers: 100, thinkTime: 5_000_000),
            Scenario(name: "100 in bursts at 1 ms", callers: 100, roundTrip: 1_000_000, thinkTime: 5_000_000),
            Scenario(name: "50 who leave", callers: 50, leavingPercent: 20),
            Scenario(name: "50 who leave at 1 ms", callers: 50, roundTrip: 1_000_000, leavingPercent: 20),
        ] + starved

    static let starved = [
        Scenario(name: "20 starved", callers: 20, kind: .ownThreads, starvedPercent: 30),
        Scenario(name: "12 starved at 1 ms", callers: 12, kind: .ownThreads, roundTrip: 1_000_000, starvedPercent: 30),
    ]

    /// One that nobody has thought of.
    static func random(seed: UInt64) -> Scenario {
        var random = SeededGenerator(seed: seed)
        return Scenario(
            name: "random \(seed)", callers: [1, 3, 8, 30, 100, 300].randomElement(using: &random) ?? 1,
            kind: Callers.allCases.randomElement(using: &random) ?? .tasks, requests: 8,
            roundTrip: .random(in: 20_000...5_000_000, using: &random),
            service: [500, 5_000, 100_000].randomElement(using: &random) ?? 500,
            thinkTime: [0, 100_000, 10_000_000].randomElement(using: &random) ?? 0,
            leavingPercent: [0, 0, 30].randomElement(using: &random) ?? 0,
            starvedPercent: [0, 10, 50].randomElement(using: &random) ?? 0,
            stallPercent: [0, 10].randomElement(using: &random) ?? 0, isInvited: .random(using: &random), seed: seed)
    }
}

import CachetoryRedis
import CachetoryTestSupport
import Testing

@testable import CachetoryLocalServer

/// What happens to a real cluster, under callers who check each of their writes. docs/cluster.md has the figures.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ClusterFaultTests {
    typealias Moment = ContinuousClock.Instant

    /// Replication is asynchronous: what a primary acknowledged so shortly before its end may be lost. A busy machine takes
    /// longer.
    private static let replicationDelay: Duration = slack == .zero ? .milliseconds(500) : .seconds(2)

    /// The most questions in a second, in the first one of a change and later. Where other programs hold threads up, those of
    /// one second may come in the next one.
    private static let firstQuestions = slack == .zero ? 12 : 18
    private static let laterQuestions = slack == .zero ? 6 : 12

    private func checkQuestions(_ questions: MapQuestions, since start: Moment) async throws {
        guard try await ServerVersion.current.major >= 7 else { return }
        #expect(questions.total > 0)
        #expect(questions.most(within: .seconds(1)) <= Self.firstQuestions)
        #expect(questions.most(within: .seconds(1), after: start + .seconds(1)) <= Self.laterQuestions)
    }

    // MARK: Slots

    /// Half of the slots come from the first shard and half from the third one, so that neither loses all.
    private struct Reshard {
        let cluster: LocalCluster
        let slots: [[Int]]
        let homes: [LocalClusterNode]
        let target: LocalClusterNode

        init(_ cluster: LocalCluster, count: Int) throws {
            self.cluster = cluster
            homes = [try cluster.primary(ofShard: 0), try cluster.primary(ofShard: 2)]
            target = try cluster.primary(ofShard: 1)
            slots = try homes.map { home in
                let slots = try home.view().member(home.id)?.slots.flatMap { Array($0) } ?? []
                return Array(slots.prefix(count / 2))
            }
        }

        func move() throws {
            for slots in slots { try cluster.moveSlots(slots[...], to: target) }
        }

        func moveBack() throws {
            for (home, slots) in zip(homes, slots) { try cluster.moveSlots(slots[...], to: home) }
        }

        /// Slots that move, and others.
        func someSlots() throws -> [[Int]] {
            let callers = 0..<FaultRun.callers
            let moving = slots.flatMap { slots in callers.map { slots[$0 * slots.count / callers.count] } }
            let others = try FaultRun.slots(of: target, FaultRun.callers)
            return [moving, others]
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `slots that move under load cost no call anything`(kind: ClientKind) async throws {
        try await FaultRun.onSharedCluster(kind) { run in
            let (reshard, redirectsBefore) = try await onThread {
                (try Reshard(run.cluster, count: LongRuns.count(300, long: 5461)), try run.cluster.redirects())
            }
            let writers = try run.callers(withKeysIn: try await onThread { try reshard.someSlots() })
            var (before, during): ([ClusterWriters.Record], [ClusterWriters.Record]) = ([], [])
            var (start, time) = (Moment.now, Duration.zero)
            let questions = try await MapQuestions.count(at: run.cluster) {
                try await writers.run {
                    if LongRuns.areOn { try await Task.sleep(for: .seconds(5)) }
                    before = writers.takeRecords()
                    start = .now
                    time = try await timed { try await onThread { try reshard.move() } }.time
                    during = writers.takeRecords()
                    try await onThread { try reshard.moveBack() }
                }
            }
            let redirects = try await onThread { try run.cluster.redirects() } - redirectsBefore
            print(
                "reshard, \(kind): \(reshard.slots.joined().count) slots in \(time.inMilliseconds), "
                    + "\(during.map(\.writes).reduce(0, +)) writes, \(redirects) redirects, \(questions.total) CLUSTER SLOTS, "
                    + "\((questions.rate(after: start) * 10).rounded() / 10) a second, "
                    + "at most \(questions.most(within: .seconds(1))) in one, slowest hundredth "
                    + "\(before.map(\.slowestHundredth.inMilliseconds)) before and "
                    + "\(during.map(\.slowestHundredth.inMilliseconds)) meanwhile")
            for record in before + during + writers.takeRecords() { #expect(record.errors == [:]) }
            #expect(writers.lost == [] && writers.wrong == [])
            #expect(redirects > 0)
            try await checkQuestions(questions, since: start)
            if LongRuns.areOn { #expect(questions.rate(after: start) <= 6) }
        }
    }

    // MARK: Promotion

    @Test(arguments: ClientKind.allCases)
    func `a failover that is agreed upon costs no call anything`(kind: ClientKind) async throws {
        try await FaultRun.onSharedCluster(kind) { run in
            var times: [Duration] = []
            try await run.writers.run {
                for _ in 0..<LongRuns.count(1, long: 20) {
                    for shard in 0..<3 {
                        let promoted = try await onThread {
                            _ = try run.cluster.failover(ofShard: shard)
                            run.writers.takeRecord(ofGroup: shard)
                            return Moment.now
                        }
                        #expect(try await eventually { run.writers.isServed(group: shard) })
                        times.append(try #require(run.writers.lastServed(ofGroup: shard)) - promoted)
                        try await onThread { try run.cluster.waitUntilSettled() }
                        for record in run.writers.takeRecords() { #expect(record.errors == [:]) }
                    }
                }
            }
            print(
                "CLUSTER FAILOVER, \(kind): all callers served again \(times.told) after \(times.count) promotions")
            run.expectNothingWrong()
            #expect(try #require(times.max()) < .milliseconds(300) + slack)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a primary that is killed costs writes in flight their certainty, and its callers the time of its promotion`(
        kind: ClientKind
    ) async throws {
        try await FaultRun.onSharedCluster(kind) { run in
            for round in 0..<LongRuns.count(1, long: 20) { try await kill(run, kind, shard: round % 3) }
        }
    }

    private func kill(_ run: FaultRun, _ kind: ClientKind, shard: Int) async throws {
        let writers = try run.callers(
            withKeysIn: try await onThread {
                try run.cluster.primaries().map { try FaultRun.slots(of: $0, FaultRun.callers) }
            })
        var (killed, promoted, served) = (Moment.now, Moment.now, Moment.now)
        let questions = try await MapQuestions.count(at: run.cluster) {
            try await writers.run {
                let primary = try await onThread { try run.cluster.primary(ofShard: shard) }
                _ = writers.takeRecords()
                // Halted for a moment, so that each of its callers has something in flight.
                primary.suspend()
                #expect(try await eventually { writers.areInFlight(group: shard) })
                killed = try await onThread {
                    primary.kill()
                    return .now
                }
                promoted = try await onThread {
                    _ = try run.cluster.waitForPromotion(insteadOf: primary)
                    return .now
                }
                let outage = writers.takeRecord(ofGroup: shard)
                #expect(try await eventually { writers.isServed(group: shard) })
                served = try #require(writers.lastServed(ofGroup: shard))
                #expect((1...FaultRun.callers).contains(outage.uncertain.count))
                #expect(outage.uncertain.allSatisfy { $0 < killed + .milliseconds(20) + slack })
                let kinds: Set = [
                    "connectFailed, \(RedisCallError.Outcome.notExecuted)",
                    "connectionLost, \(RedisCallError.Outcome.notExecuted)",
                    "connectionLost, \(RedisCallError.Outcome.unknown)",
                    "timedOut, \(RedisCallError.Outcome.notExecuted)",
                ]
                #expect(kinds.isSuperset(of: outage.errors.keys), "\(outage.errors)")
                try await onThread {
                    try primary.restart()
                    try run.cluster.waitUntilSettled()
                }
                #expect(writers.record(ofGroup: shard).uncertain == [])
                for other in 0..<3 where other != shard { #expect(writers.record(ofGroup: other).errors == [:]) }
                print(
                    "kill -9, \(kind): promoted after \((promoted - killed).inMilliseconds), all callers served "
                        + "\((served - promoted).inMilliseconds) later, \(outage.uncertain.count) of \(FaultRun.callers) "
                        + "writes unknown, errors \(outage.errors)")
            }
        }
        print(
            "kill -9, \(kind): \(writers.lost.count) lost, \(writers.lost.map { (killed - $0).inMilliseconds }) before; "
                + "at most \(questions.most(within: .seconds(1))) CLUSTER SLOTS in a second, later "
                + "\(questions.most(within: .seconds(1), after: killed + .seconds(1)))")
        #expect(writers.wrong == [])
        #expect(writers.lost.allSatisfy { $0 > killed - Self.replicationDelay })
        #expect(served - promoted < .milliseconds(700) + slack)
        try await checkQuestions(questions, since: killed)
    }

    // MARK: Silence

    @Test(arguments: ClientKind.allCases)
    func `a primary that is halted costs its own calls their time, and the others nothing`(
        kind: ClientKind
    ) async throws {
        try await FaultRun.onSharedCluster(kind) { run in
            let (shard, others) = (1, [0, 2])
            var halted = Moment.now
            try await run.writers.run {
                if LongRuns.areOn { try await Task.sleep(for: .seconds(5)) }
                let before = run.writers.takeRecords()
                let primary = try await onThread { try run.cluster.primary(ofShard: shard) }
                halted = try await onThread {
                    primary.suspend()
                    run.writers.takeRecord(ofGroup: shard)
                    return .now
                }
                let promoted = try await onThread {
                    _ = try run.cluster.waitForPromotion(insteadOf: primary)
                    return Moment.now
                }
                let halt = run.writers.takeRecord(ofGroup: shard)
                #expect(try await eventually { run.writers.isServed(group: shard) })
                let served = try #require(run.writers.lastServed(ofGroup: shard))
                if LongRuns.areOn { try await Task.sleep(until: halted + .seconds(10)) }
                let during = run.writers.takeRecords()
                try await onThread {
                    primary.resume()
                    try run.cluster.waitUntilSettled()
                }
                #expect(try await eventually { run.writers.isServed(group: shard) })
                let latest = max(halt.latest, during[shard].latest)
                print(
                    "SIGSTOP, \(kind): promoted after \((promoted - halted).inMilliseconds), all callers served "
                        + "\((served - promoted).inMilliseconds) later; calls at most \(latest.inMilliseconds) late, errors "
                        + "\(halt.errors); slowest hundredth of the others \(others.map { before[$0].slowestHundredth.inMilliseconds }) "
                        + "before and \(others.map { during[$0].slowestHundredth.inMilliseconds }) meanwhile")
                #expect(latest < tolerance)
                #expect(halt.errors != [:])
                for record in others.map({ during[$0] }) + run.writers.takeRecords() { #expect(record.errors == [:]) }
            }
            run.expectNothingWrong(lostSince: halted - Self.replicationDelay)
        }
    }

    // MARK: A shard that is gone

    @Test(arguments: ClientKind.allCases)
    func `the calls of a shard that is dead fail soon, and the others' do not`(kind: ClientKind) async throws {
        let options = LocalCluster.Options { $0.arguments = ["--cluster-require-full-coverage", "no"] }
        try await withCluster(options) { cluster in
            try await FaultRun.on(cluster, kind) { run in
                try await run.writers.run {
                    let members = cluster.members(ofShard: 0)
                    try await onThread {
                        // The replica first, which would be promoted.
                        for node in try cluster.replicas(ofShard: 0) + [cluster.primary(ofShard: 0)] { node.kill() }
                    }
                    // Some have had their reply, and note it now.
                    #expect(
                        try await eventually {
                            run.writers.record(ofGroup: 0).errors.values.reduce(0, +) > FaultRun.callers
                        })
                    _ = run.writers.takeRecord(ofGroup: 0)
                    // So many that all have had their patience, and the nodes theirs.
                    #expect(
                        try await eventually {
                            run.writers.record(ofGroup: 0).errors.values.reduce(0, +) > 50 * FaultRun.callers
                        })
                    let dead = run.writers.takeRecord(ofGroup: 0)
                    print(
                        "a dead shard, \(kind): calls took at most \(dead.longest.inMilliseconds), the slowest hundredth "
                            + "\(dead.slowestHundredth.inMilliseconds), errors \(dead.errors)")
                    #expect(dead.writes == 0 && dead.reads == 0)
                    #expect(dead.longest < .seconds(1.1) + slack)
                    for group in 1..<3 { #expect(run.writers.record(ofGroup: group).errors == [:]) }
                    try await onThread {
                        for node in members { try node.restart() }
                        try cluster.waitUntilSettled()
                    }
                    #expect(try await eventually { run.writers.isServed(group: 0) })
                }
                // These servers keep nothing on disk: what the first shard had is gone with it.
                #expect(run.writers.wrong == [])
            }
        }
    }
}

extension LocalCluster {
    /// How often nodes have sent somebody elsewhere.
    fileprivate func redirects() throws -> Int {
        try servingNodes.reduce(0) { try $0 + $1.errors("MOVED") + $1.errors("ASK") }
    }
}

extension [Duration] {
    /// The median and the longest.
    fileprivate var told: String {
        let sorted = sorted()
        return isEmpty ? "never" : "\(sorted[count / 2].inMilliseconds) (at most \(sorted[count - 1].inMilliseconds))"
    }
}

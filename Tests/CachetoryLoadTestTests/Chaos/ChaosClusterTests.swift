import CachetoryLocalServer
import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Testing

@testable import CachetoryLoadTest

/// Each thing that is done to a real cluster, and that it is whole again afterwards.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ChaosClusterTests {
    private static let keys = 1_000
    private static let start = Task { try await LocalCluster.start() }

    /// What the one who performs steps has told.
    private struct Told {
        /// Milliseconds that it has waited for.
        var pauses: [UInt64] = []
        /// Who served the slots when it said that they are served.
        var primaries: [LocalClusterNode] = []
        var slots: [SlotSet?] = []
    }

    /// A cluster, its chaos, and what there is to know about it.
    private struct Stage: Sendable {
        let cluster: LocalCluster
        let history = WriteHistory(keys: ChaosClusterTests.keys)
        let places = KeyPlaces((0..<ChaosClusterTests.keys).map { "key-\($0)" }, owners: SlotOwners { _ in nil })

        /// - Parameter runs: how many waits there are until the run is stopped.
        func perform(_ kind: ChaosKind, time: UInt64 = 0, chance: UInt64 = 1, runs: Int = .max) throws -> Told {
            let chaos = ChaosCluster(cluster, history, places)
            var told = Told()
            let step = ChaosPlan.Step(rest: 0, kind: kind, time: time, chance: chance)
            var failure: (any Error)?
            try chaos.perform(step) { time in
                told.pauses.append(time)
                return told.pauses.count <= runs
            } served: { slots in
                told.slots.append(slots)
                do { told.primaries = try cluster.primaries() } catch { failure = error }
            }
            if let failure { throw failure }
            try cluster.waitUntilSettled()
            #expect(cluster.servingNodes.count == 6)
            #expect(try cluster.view().members.flatMap(\.slots).reduce(0) { $0 + $1.count } == LocalCluster.slotCount)
            return told
        }

        /// Of each key, what a read says that finds what was there before the last write.
        func differences() -> [WrongValue?] {
            (0..<ChaosClusterTests.keys).map { history.difference(of: 0, from: history.beginRead(of: $0)) }
        }

        func write() throws {
            for key in 0..<ChaosClusterTests.keys {
                history.end(try #require(history.beginWrite(of: key)), .acknowledged)
            }
        }
    }

    private func onStage(_ body: @escaping @Sendable (Stage) throws -> Void) async throws {
        let cluster = try await Self.start.value
        try await onThread { try body(Stage(cluster: cluster)) }
    }

    private func slots(of node: LocalClusterNode) throws -> SlotSet {
        SlotSet(try node.view().member(node.id)?.slots ?? [])
    }

    @Test func `a primary is killed, its replica serves, and it comes back as a replica`() async throws {
        try await onStage { stage in
            let primary = try stage.cluster.primaries()[1]
            let (slots, process) = (try slots(of: primary), primary.processID)
            let told = try stage.perform(.crash, time: 20)
            #expect(told.pauses == [500, 20])
            #expect(told.slots == [slots])
            #expect(!told.primaries.contains(primary) && told.primaries.count == 3)
            #expect(try !primary.isPrimary() && primary.processID != process)
        }
    }

    @Test func `a run that is stopped before the kill has none`() async throws {
        try await onStage { stage in
            let processes = stage.cluster.nodes.map(\.processID)
            let told = try stage.perform(.crash, runs: 0)
            #expect(told.pauses == [500] && told.slots.isEmpty)
            #expect(stage.cluster.nodes.map(\.processID) == processes)
            // Nothing is in danger any more.
            try stage.write()
            #expect(stage.differences().allSatisfy { $0 != nil })
        }
    }

    @Test func `a primary that is halted for long is replaced`() async throws {
        try await onStage { stage in
            let primary = try stage.cluster.primaries()[1]
            let slots = try slots(of: primary)
            let told = try stage.perform(.halt, time: 10_000)
            #expect(told.slots == [slots])
            #expect(told.pauses.count == 2 && told.pauses[1] < 10_000)
            #expect(!told.primaries.contains(primary) && told.primaries.count == 3)
        }
    }

    @Test func `a primary that is halted for a moment stays what it is, and nothing may be lost`() async throws {
        try await onStage { stage in
            let primaries = try stage.cluster.primaries()
            let told = try stage.perform(.halt, time: 100)
            #expect(told.pauses == [500])
            #expect(told.primaries == primaries)
            try stage.write()
            #expect(stage.differences().allSatisfy { $0 != nil })
        }
    }

    @Test func `a primary hands over to its replica`() async throws {
        try await onStage { stage in
            let primary = try stage.cluster.primaries()[2]
            let process = primary.processID
            let told = try stage.perform(.failover, chance: 2)
            #expect(told.pauses.isEmpty)
            #expect(!told.primaries.contains(primary) && told.primaries.count == 3)
            #expect(try !primary.isPrimary() && primary.processID == process)
        }
    }

    @Test func `slots move from the primary that has the most`() async throws {
        try await onStage { stage in
            for chance in 0..<3 as Range<UInt64> {
                let before = try stage.cluster.primaries().map { try slots(of: $0) }
                let told = try stage.perform(.moveSlots, chance: chance * 64)
                let after = try stage.cluster.primaries().map { try slots(of: $0) }
                #expect(zip(before, after).filter { $0 != $1 }.count == 2)
                #expect(told.slots.count == 1 && after.contains { $0 == told.slots[0] })
            }
        }
    }

    @Test func `only what was acknowledged in the time before the end of its primary may be lost`() async throws {
        try await onStage { stage in
            let slots = try slots(of: stage.cluster.primaries()[0])
            try stage.write()
            let chaos = ChaosCluster(stage.cluster, stage.history, stage.places)
            let step = ChaosPlan.Step(rest: 0, kind: .crash, time: 0, chance: 0)
            try chaos.perform(step) { time in
                if time == 500 { try? stage.write() }
                return true
            } served: { _ in
                // What was there before the second write; and for keys of other primaries the second one is there.
                for key in 0..<Self.keys {
                    let difference = stage.history.difference(of: 1, from: stage.history.beginRead(of: key))
                    let isAffected = stage.places.isKey(key, in: slots)
                    #expect(difference == (isAffected ? nil : .outdated(version: 1, acknowledged: 2)))
                }
            }
            let affected = (0..<Self.keys).filter { stage.places.isKey($0, in: slots) }.count
            #expect(affected > 0 && stage.history.lostInFailover == affected)
            #expect(stage.differences().allSatisfy { $0 != nil })
        }
    }
}

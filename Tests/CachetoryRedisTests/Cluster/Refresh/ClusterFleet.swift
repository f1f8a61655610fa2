import CachetoryRedis
import CachetoryTestSupport

/// Many clients of a large cluster which shrinks, in virtual time: without sockets, and without nodes. What a client knows is
/// the topology of some moment; what a node knows is that of a moment before, for news takes its time to it.
final class ClusterFleet {
    struct Scenario {
        var clients = 500
        var shards = 1_000
        var shardsLeft = 500
        var duration = Duration.seconds(60)

        /// How long after a round a client's calls meet the next slot that has moved. A busy client's do at once.
        var timeToTrigger = Duration.milliseconds(20)
        var roundTrip = Duration.milliseconds(2)

        /// How late the last node knows.
        var newsDelay = Duration.seconds(1)
    }

    struct Result {
        /// Rounds of all clients while the cluster shrinks, and the questions that reached a node.
        var rounds = 0
        var questions = 0

        /// The load of the busiest node: what it was asked, over what each node was on average while it was there.
        var greatestLoad = 0.0

        /// How many clients know the last topology in the end.
        var upToDate = 0
    }

    private enum Event {
        /// A call meets a slot that has moved.
        case trigger(client: Int)
        case begin(client: Int)
        case end(client: Int, asked: [Int])
    }

    private struct Client {
        var policy = RefreshPolicy()
        /// The number of the topology that it knows.
        var known = 0
    }

    private let scenario: Scenario
    private let topologies: [ClusterTopology]
    private let seeds: [RedisClientConfiguration.Address]
    private var clients: [Client]
    private var events = EventQueue<Event>()
    private var random = SeededGenerator(seed: 1)
    private var now = Timestamp(nanoseconds: 0)

    /// For each node, what it was asked, and what it would have been asked if all that were there were asked as often.
    private var asked: [Int]
    private var fairShare: [Double]

    /// What one node was asked on average in the part of the time in which each topology was the newest.
    private var questions: [Int]

    private var result = Result()

    init(_ scenario: Scenario) {
        self.scenario = scenario
        topologies = Self.topologies(scenario)
        seeds = (1...10).map { .tcp(host: "n", port: $0) }
        clients = [Client](repeating: Client(), count: scenario.clients)
        asked = [Int](repeating: 0, count: scenario.shards)
        fairShare = [Double](repeating: 0, count: scenario.shards)
        questions = [Int](repeating: 0, count: topologies.count)
    }

    func run() -> Result {
        for client in clients.indices {
            // Each meets the change when it comes to it.
            let delay = Int64.random(in: 0...scenario.timeToTrigger.nanoseconds, using: &random)
            events.add(.trigger(client: client), at: now + delay)
        }
        // A little longer than the change, so that the last of it is heard of.
        let end = Timestamp(nanoseconds: 0) + scenario.duration + scenario.newsDelay * 10
        while let (event, time) = events.popFirst(), time < end {
            now = time
            handle(event)
        }
        conclude()
        return result
    }

    /// One shard after the other gives its slots to another one.
    private static func topologies(_ scenario: Scenario) -> [ClusterTopology] {
        let width = HashSlot.count / scenario.shards
        var shards = (0..<scenario.shards).map { number in
            ClusterTopology.Shard(
                primary: .init(id: "\(number)", address: .tcp(host: "n", port: number + 1)),
                ranges: [number * width...number * width + width - 1])
        }
        var topologies = [ClusterTopology(shards: shards, isOK: true, epoch: 0)]
        for epoch in 1...scenario.shards - scenario.shardsLeft {
            guard let last = shards.popLast() else { break }
            let taker = epoch % scenario.shardsLeft
            shards[taker] = ClusterTopology.Shard(
                primary: shards[taker].primary, ranges: shards[taker].ranges + last.ranges)
            topologies.append(ClusterTopology(shards: shards, isOK: true, epoch: epoch))
        }
        return topologies
    }

    /// The number of the newest topology at a moment.
    private func newest(at time: Timestamp) -> Int {
        let steps = topologies.count - 1
        let done = Double(max(0, time.nanoseconds)) / Double(scenario.duration.nanoseconds) * Double(steps)
        return min(steps, Int(done))
    }

    /// What a node knows: the higher its number, the later.
    private func known(to node: Int) -> Int {
        let delay = scenario.newsDelay.nanoseconds * Int64(node) / Int64(scenario.shards)
        return newest(at: now + -delay)
    }

    private func handle(_ event: Event) {
        switch event {
        case .trigger(let client): trigger(client)
        case .begin(let client): begin(client)
        case .end(let client, let asked): finish(client, asked)
        }
    }

    private func trigger(_ client: Int) {
        guard clients[client].known < newest(at: now) else {
            // Nothing has moved that it does not know of.
            if newest(at: now) < topologies.count - 1 {
                events.add(.trigger(client: client), at: now + scenario.timeToTrigger)
            }
            return
        }
        clients[client].policy.request(at: now)
        events.add(.begin(client: client), at: max(now, clients[client].policy.next))
    }

    private func begin(_ client: Int) {
        let topology = topologies[clients[client].known]
        let candidates = RefreshCandidates(
            of: topology, seeds: seeds, silentRounds: clients[client].policy.silentRounds, using: &random)
        clients[client].policy.roundBegan(at: now)
        let nodes = (candidates.addresses + [candidates.third].compactMap(\.self)).map(Self.node)
        events.add(.end(client: client, asked: nodes), at: now + scenario.roundTrip)
    }

    private static func node(at address: RedisClientConfiguration.Address) -> Int {
        if case .tcp(_, let port) = address { port - 1 } else { 0 }
    }

    private func finish(_ client: Int, _ candidates: [Int]) {
        if now < Timestamp(nanoseconds: 0) + scenario.duration { result.rounds += 1 }
        let newest = newest(at: now)
        let nodeCount = topologies[newest].shards.count
        // Those that have left do not answer.
        var answers: [ClusterTopology] = []
        var count = 0
        for node in candidates {
            if count == 2, !TopologyChoice.differ(answers) { break }
            count += 1
            guard node < nodeCount else { continue }
            asked[node] += 1
            questions[newest] += 1
            answers.append(topologies[known(to: node)])
        }
        if let best = TopologyChoice.best(of: answers) {
            clients[client].known = max(clients[client].known, best.epoch)
        }
        clients[client].policy.roundEnded(
            succeeded: !answers.isEmpty, asked: count, nodeCount: topologies[clients[client].known].shards.count,
            at: now,
            using: &random)
        events.add(.trigger(client: client), at: now + scenario.timeToTrigger)
    }

    private func conclude() {
        for (topology, questions) in zip(topologies, questions) {
            result.questions += questions
            for node in topology.shards.indices {
                fairShare[node] += Double(questions) / Double(topology.shards.count)
            }
        }
        // Of nodes that left soon little was asked, and chance makes much of it.
        for node in asked.indices where fairShare[node] >= 20 {
            result.greatestLoad = max(result.greatestLoad, Double(asked[node]) / fairShare[node])
        }
        result.upToDate = clients.count { $0.known == topologies.count - 1 }
    }
}

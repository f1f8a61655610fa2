import CachetoryLocking
import CachetoryRESP
import Dispatch

/// One round of questions what a cluster is like. Blocks its thread for no longer than it takes to connect.
///
/// `@unchecked Sendable`: the threads that ask touch nothing but what they have answered, under a lock.
final class RefreshRound: @unchecked Sendable {
    private struct Answer {
        let address: RedisClientConfiguration.Address
        let result: Result<ClusterTopology, RedisCallError>
    }

    private let configuration: RedisClusterConfiguration
    private let tls: TLSContextSource?
    private let questions: QuestionLimit
    private let deadline: Timestamp
    private let answers = Lock<[Answer]>([])
    private let hasAnswer = DispatchSemaphore(value: 0)

    /// Who was asked. Of the thread that asks alone.
    private var addresses: [RedisClientConfiguration.Address] = []

    /// How many nodes were asked.
    var asked: Int { addresses.count }

    /// Who says nothing for so long is passed over, where others have answered.
    private static let patience = Duration.milliseconds(300)

    init(_ configuration: RedisClusterConfiguration, tls: TLSContextSource?, _ questions: QuestionLimit) {
        self.configuration = configuration
        self.tls = tls
        self.questions = questions
        deadline = .now + configuration.node.connectTimeout
    }

    /// Asks the candidates, and a third where two differ or none has answered soon.
    func ask(_ candidates: RefreshCandidates) -> Result<ClusterTopology, RedisCallError> {
        if candidates.areSeeds {
            askSeeds(candidates.addresses)
        } else {
            for address in candidates.addresses { ask(address, isSeed: false) }
            gather(asked, until: .now + Self.patience)
            if found.isEmpty || TopologyChoice.differ(found), let third = candidates.third {
                ask(third, isSeed: false)
                gather(gathered + 1, until: min(deadline, .now + Self.patience))
            }
            if found.isEmpty { gatherFirst() }
        }
        if let best = TopologyChoice.best(of: found) { return .success(best) }
        return .failure(reason)
    }

    /// Asks one after the other, until one knows the cluster.
    private func askSeeds(_ seeds: [RedisClientConfiguration.Address]) {
        for seed in seeds {
            let before = gathered
            ask(seed, isSeed: true)
            // For this one's answer, or an earlier one's, but not for those that were silent so far.
            gather(before + 1, until: min(deadline, .now + RefreshCandidates.seedPause))
            if isKnown { return }
        }
        gatherFirst()
    }

    /// Whether somebody knows nodes with slots: one that has just been started does not.
    private var isKnown: Bool { found.contains { $0.coveredSlots > 0 } }

    /// Waits for the first who knows, be it until the deadline.
    private func gatherFirst() {
        while !isKnown, gathered < asked, .now < deadline { gather(gathered + 1, until: deadline) }
    }

    /// Why nobody knows: what each said who was asked.
    private var reason: RedisCallError {
        let answers = answers.withLock { $0 }
        for case .failure(.cluster(let error)) in answers.map(\.result) {
            if case .clusterDisabled = error.reason { return .cluster(error) }
        }
        var failures = answers.compactMap { answer in
            answer.result.error.map { RedisClusterError.Failure(node: "\(answer.address)", slot: nil, $0) }
        }
        for address in addresses where !answers.contains(where: { $0.address == address }) {
            failures.append(.init(node: "\(address)", slot: nil, .timedOut(.notExecuted)))
        }
        return .cluster(RedisClusterError(.noNodeAnswered, failures: failures, parts: failures.count))
    }

    private var gathered: Int { answers.withLock { $0.count } }

    private var found: [ClusterTopology] {
        answers.withLock { $0.compactMap { try? $0.result.get() } }
    }

    /// Waits until so many have answered.
    private func gather(_ count: Int, until deadline: Timestamp) {
        while gathered < count {
            let time = max(0, deadline - .now)
            if hasAnswer.wait(timeout: .now() + .nanoseconds(Int(clamping: time))) == .timedOut { return }
        }
    }

    private func ask(_ address: RedisClientConfiguration.Address, isSeed: Bool) {
        addresses.append(address)
        guard questions.begin() else {
            let reason = "earlier attempts hang; does the code that provides the credentials wait for something?"
            return finish(address, .failure(.connectFailed(address: "\(address)", reason: reason)))
        }
        do {
            try JoinableThread.startDetached {
                let result = self.query(address, isSeed: isSeed)
                self.questions.end()
                self.finish(address, result)
            }
        } catch {
            questions.end()
            finish(address, .failure(.connectFailed(address: "\(address)", reason: error.description)))
        }
    }

    private func finish(
        _ address: RedisClientConfiguration.Address, _ result: Result<ClusterTopology, RedisCallError>
    ) {
        answers.withLock { $0.append(Answer(address: address, result: result)) }
        hasAnswer.signal()
    }

    private func query(
        _ address: RedisClientConfiguration.Address, isSeed: Bool
    ) -> Result<ClusterTopology, RedisCallError> {
        do throws(RedisCallError) {
            let node =
                isSeed ? configuration.configuration(ofSeed: address) : configuration.configuration(ofNode: address)
            var connection = try BlockingConnection.open(node, tls: tls, until: deadline)
            let reply = try connection.execute(Request(["CLUSTER", "SLOTS"], [["CLUSTER", "INFO"]]), until: deadline)
            guard case .array(let replies) = reply, replies.count == 2 else {
                throw .unexpectedReply(command: "CLUSTER SLOTS", reply: reply.summary)
            }
            do throws(ClusterTopologyError) {
                return .success(try ClusterTopology(slots: replies[0], info: replies[1], answeredBy: address))
            } catch {
                throw callError(error, from: address)
            }
        } catch {
            return .failure(error)
        }
    }

    private func callError(
        _ error: ClusterTopologyError, from address: RedisClientConfiguration.Address
    ) -> RedisCallError {
        switch error {
        case .clusterDisabled: .cluster(RedisClusterError(.clusterDisabled(url: configuration.serverURL(at: address))))
        case .refused(let refusal): .server(refusal.from(node: "\(address)", slot: nil))
        case .malformed(let reason): .unexpectedReply(command: "CLUSTER SLOTS", reply: reason)
        }
    }
}

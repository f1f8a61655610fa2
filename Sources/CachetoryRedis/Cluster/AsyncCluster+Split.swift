import CachetoryRESP

// Requests of several slots.
extension AsyncCluster {
    /// Sends the parts of a request, each to the node that serves its slot, all at the same time.
    func send(_ parts: [SplitCall<ConnectionPool>.Part], until deadline: Timestamp) async throws -> [PartResult] {
        var call = SplitCall(parts, cluster, repeatsTimeout: configuration.node.retryOnTimeout)
        var deadline = deadline
        while true {
            let step = try call.step(until: &deadline) { self.deadline(from: .now) }
            if call.takesRefresh() { monitor.requestRefresh() }
            switch step {
            case .answer(let results): return results
            case .wait(let version, let end): try await wait(for: .change(since: version), until: end)
            case .send(let deliveries, let pause):
                if pause > .zero { try await reactors[0].pause(for: pause) }
                await deliver(deliveries, until: deadline) { call.note($1, to: $0) }
            }
        }
    }

    private typealias Delivery = SplitCall<ConnectionPool>.Delivery

    /// Writes to all nodes before it waits for the first reply. A node to which there is no connection yet, and one that gets
    /// transactions, has a task of its own.
    private func deliver(
        _ deliveries: [Delivery], until deadline: Timestamp,
        note: (Delivery, Result<RESPReply, any Error>) -> Void
    ) async {
        var begun: [(delivery: Delivery, call: PendingCall)] = []
        var others: [Delivery] = []
        let now = Timestamp.now
        for delivery in deliveries {
            let weight = delivery.node.pool.weight(of: delivery.request)
            if delivery.request.kind == .plain, let connection = delivery.node.pool.tryTake(at: now, weight) {
                begun.append((delivery, connection.begin(delivery.request, weight: weight, at: now, until: deadline)))
            } else {
                others.append(delivery)
            }
        }
        if others.isEmpty {
            for (delivery, call) in begun { note(delivery, await call.result) }
            return
        }
        await withTaskGroup(of: (Delivery, Result<RESPReply, any Error>).self) { group in
            for delivery in others {
                group.addTask { (delivery, await Self.attempt(delivery, until: deadline)) }
            }
            for (delivery, call) in begun { note(delivery, await call.result) }
            for await (delivery, result) in group { note(delivery, result) }
        }
    }

    private static func attempt(_ delivery: Delivery, until deadline: Timestamp) async -> Result<RESPReply, any Error> {
        do {
            return .success(try await delivery.node.pool.attempt(delivery.request, at: .now, until: deadline))
        } catch {
            return .failure(error)
        }
    }
}

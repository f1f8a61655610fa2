import CachetoryLocking
import CachetoryRESP
import Synchronization

// Does what the pacing says.
extension Connection {
    /// Takes what has gathered, if it is to be written and nobody else is writing. Under the lock: until it is known that
    /// nobody writes, ``unsent`` is another thread's.
    ///
    /// - Parameter now: when it is taken. Nothing is written after its deadline, and whoever made the requests may have waited
    ///   for a thread since. Where a deadline is over, the timer is due: that ends those calls, and has the rest written.
    /// - Returns: the actions, without that of writing if nothing was taken.
    func take(
        for actions: Pacing.Actions, _ shared: inout Shared, at now: @autoclosure () -> Timestamp
    ) -> Pacing.Actions {
        guard actions.contains(.write) else { return actions }
        guard shared.exchange.mayWrite else { return actions.subtracting(.write) }
        let now = now()
        guard now < shared.timer else { return actions.subtracting(.write) }
        shared.exchange.startWriting(&unsent)
        shared.pacing.writeBegan(upTo: shared.exchange.taken, at: now)
        return actions
    }

    @inline(__always)
    func perform(_ actions: Pacing.Actions) {
        if actions.contains(.write) { write() }
        if actions.contains(.spin) { reactor.spinBeforeParking() }
        if actions.contains(.awaitIterationEnd) { reactor.awaitIterationEnd(self) }
        if !actions.isSubset(of: [.write, .spin, .awaitIterationEnd]) { performOthers(actions) }
    }

    @inline(never)
    private func performOthers(_ actions: Pacing.Actions) {
        if actions.contains(.invite) { reactor.coalescingConnections.add(1, ordering: .relaxed) }
        if actions.contains(.endInvitation) { reactor.coalescingConnections.subtract(1, ordering: .relaxed) }
        if actions.contains(.watch) { watch() }
        if actions.contains(.read) { read() }
        if actions.contains(.handOff) { handOff() }
        if actions.contains(.queueWriter) { queueWriter() }
    }
}

// MARK: - The follower: see LeaderFollowers

extension Connection {
    private static let spinners = Atomic<Int>(0)

    private func handOff() {
        let now = Timestamp.now
        let needsTask = queueFollower(at: now)
        watch()
        reactor.schedule(token: token, at: now + LeaderFollowers.patience)
        if needsTask { Task.detached { await self.readAsFollower() } }
    }

    private func queueFollower(at now: Timestamp) -> Bool {
        shared.withLock { $0.pacing.followerQueued(at: now, requests: $0.exchange.lastNumber) }
    }

    /// Writes what the callers before it in the executor's queue have asked, reads, and queues itself again, until no more
    /// replies come.
    private func readAsFollower() async {
        while promote(), readOrHandBack() {
            _ = queueFollower(at: .now)
            await Task.yield()
        }
    }

    private func promote() -> Bool {
        let now = Timestamp.now
        let actions: Pacing.Actions? = shared.withLock { shared in
            if shared.exchange.isClosed { return nil }
            return shared.pacing.followerRan(shared.exchange.backlog, at: now).map { take(for: $0, &shared, at: .now) }
        }
        if let actions { perform(actions) }
        return actions != nil
    }

    /// - Returns: whether replies came.
    private func readOrHandBack() -> Bool {
        var hasRead = read()
        while !hasRead {
            let actions = shared.withLock { $0.pacing.followerFoundNothing(inFlight: $0.exchange.inFlight) }
            guard actions.contains(.spin) else {
                perform(actions)
                return false
            }
            hasRead = spinForReplies()
        }
        return true
    }

    /// To have the reactor's thread woken takes longer than most replies.
    private func spinForReplies() -> Bool {
        defer { Self.spinners.subtract(1, ordering: .relaxed) }
        let spinners = Self.spinners.add(1, ordering: .relaxed).newValue
        return spinners <= SpinPolicy.maxSpinners && SpinPolicy.spin { read() }
    }
}

// MARK: - The writer: see WriteCoalescing

extension Connection {
    private func queueWriter() {
        Task.detached { while self.writeForCallers() { await Task.yield() } }
        reactor.schedule(token: token, at: shared.withLock { $0.pacing.nextTimer(after: .now) })
    }

    /// - Returns: whether to queue for it once more.
    private func writeForCallers() -> Bool {
        let now = Timestamp.now
        let actions = shared.withLock { shared in
            take(for: shared.pacing.writerRan(shared.exchange.backlog, at: now), &shared, at: .now)
        }
        perform(actions.subtracting(.queueWriter))
        return actions.contains(.queueWriter)
    }
}

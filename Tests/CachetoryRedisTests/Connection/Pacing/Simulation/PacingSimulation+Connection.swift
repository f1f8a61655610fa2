import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport

/// What `Connection` does.
extension PacingSimulation {
    func submit(_ caller: Int) {
        let request = added
        added += 1
        exchange.add(Request(RESPCommand([.integer(request)])), waiter: request, deadline: .distantFuture)
        pending[request] = Pending(caller: caller, number: exchange.lastNumber, since: now)
        if .random(in: 0..<100, using: &random) < scenario.leavingPercent {
            events.add(
                .leaves(request: request), at: now + Int64.random(in: 0...scenario.roundTrip * 2, using: &random))
        }
        let isInvited = scenario.isInvited && .random(using: &random)
        let onReactor = scenario.kind == .onReactor
        perform(
            take(for: pacing.requestAdded(exchange.backlog, onReactor: onReactor, isInvited: isInvited, at: now)))
    }

    func withdraw(_ request: Int) {
        guard let left = pending[request] else { return }
        if exchange.withdraw(left.number) { pending[request] = nil } else { pending[request]?.hasLeft = true }
        resume(left.caller)
    }

    func take(for actions: Pacing.Actions) -> Pacing.Actions {
        guard actions.contains(.write) else { return actions }
        guard exchange.mayWrite else { return actions.subtracting(.write) }
        var bytes = OutgoingBytes()
        exchange.startWriting(&bytes)
        pacing.writeBegan(upTo: exchange.taken, at: now)
        let requests = Self.requests(in: &bytes)
        note(written: requests)
        events.add(.writeEnded(requests: requests), at: now + Self.writeTime)
        return actions
    }

    /// A system call.
    private static let writeTime: Int64 = 4_000

    func endWrite() {
        exchange.finishWriting()
        if pacing.shouldWrite(exchange.backlog, at: now) { perform(take(for: .write)) }
    }

    /// The numbers of requests, each of which is a line that begins with a digit.
    private static func requests(in bytes: inout OutgoingBytes) -> [Int] {
        var requests: [Int] = []
        while !bytes.isEmpty {
            let count = bytes.withFirstPiece { piece in
                for line in piece.split(separator: UInt8(ascii: "\n")) where line.first.map({ $0 >= 48 }) == true {
                    requests.append(line.dropLast().reduce(0) { $0 * 10 + Int($1) - 48 })
                }
                return piece.count
            }
            bytes.removeFirst(count)
        }
        return requests
    }

    func perform(_ actions: Pacing.Actions) {
        if actions.contains(.spin) { reactorSpinsUntil = now + SpinPolicy.spinLimit }
        if actions.contains(.awaitIterationEnd) { awaitsIterationEnd = true }
        if actions.contains(.watch) { watch() }
        if actions.contains(.read) { _ = read(byFollower: false) }
        if actions.contains(.handOff) { handOff() }
        if actions.contains(.queueWriter) {
            expect(!hasWriter, "there are two writers")
            hasWriter = true
            enqueue(.writer)
            setTimer(at: pacing.nextTimer(after: now))
        }
    }

    private func watch() {
        isWatching = pacing.isReactorReading
        if isWatching, !arrived.isEmpty { wakeReactor() }
    }

    private func handOff() {
        if pacing.followerQueued(at: now, requests: exchange.lastNumber) {
            expect(!hasFollower, "there are two followers")
            hasFollower = true
            enqueue(.follower)
        }
        watch()
        setTimer(at: now + LeaderFollowers.patience)
    }
}

// MARK: - Reading

extension PacingSimulation {
    private func read(byFollower: Bool) -> Bool {
        expect(!isDelivering, "two read at once")
        guard !arrived.isEmpty else { return false }
        let inFlight = exchange.inFlight
        var callers: [Int] = []
        for request in arrived {
            do {
                guard let (waiter, _) = try exchange.receive(.null) else { continue }
                if let caller = pending[waiter], !caller.hasLeft { callers.append(caller.caller) }
                note(answered: request, to: waiter)
            } catch {
                expect(false, "\(error)")
            }
        }
        let count = arrived.count
        arrived = []
        let answered = exchange.finishReceiving(at: now)
        let actions = take(
            for: pacing.repliesCame(upTo: answered, inFlight: inFlight, callers: count, at: now))
        expect(!exchange.backlog.mayWrite, "something is left unwritten though replies have come")
        perform(actions.intersection(.beforeDelivery))
        isDelivering = true
        isReactorBusy = !byFollower
        for caller in callers { resume(caller) }
        // Callers run meanwhile.
        events.add(
            .delivered(actions.subtracting(.beforeDelivery), byFollower: byFollower), at: now + Int64(200 * count))
        if byFollower, Int.random(in: 0..<20, using: &random) == 0 {
            events.add(.hungUp, at: now + Int64.random(in: 0...10_000, using: &random))
        }
        return true
    }

    func endDelivery(_ actions: Pacing.Actions, byFollower: Bool) {
        isDelivering = false
        perform(actions)
        guard byFollower else {
            isReactorBusy = false
            return iterate()
        }
        expect(!pacing.followerQueued(at: now, requests: exchange.lastNumber), "the follower is lost")
        enqueue(.follower)
        freeThread()
    }

    func runFollower() {
        guard let actions = pacing.followerRan(exchange.backlog, at: now) else { return endFollower() }
        perform(take(for: actions))
        readAsFollower()
    }

    func readAsFollower() {
        if read(byFollower: true) { return }
        let actions = pacing.followerFoundNothing(inFlight: exchange.inFlight)
        guard actions.contains(.spin) else {
            endFollower()
            return perform(actions)
        }
        expect(spinning == nil, "it spins without an end")
        spins += 1
        spinning = spins
        events.add(.spinEnded(number: spins), at: now + SpinPolicy.spinLimit)
    }

    private func endFollower() {
        hasFollower = false
        freeThread()
    }

    func runWriter() {
        let actions = take(for: pacing.writerRan(exchange.backlog, at: now))
        perform(actions.subtracting(.queueWriter))
        if actions.contains(.queueWriter) { enqueue(.writer) } else { hasWriter = false }
        freeThread()
    }
}

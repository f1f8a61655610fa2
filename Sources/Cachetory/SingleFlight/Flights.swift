/// Computes missing values, each once for all the tasks that want it at the same time.
///
/// A computation runs in a task of its own, since it belongs to no one of its callers: it is cancelled when the last of
/// them has been.
@usableFromInline
final class Flights<Value: Sendable>: Sendable {
    typealias Table = FlightTable<Value, CheckedContinuation<Void, Never>>
    typealias Values = [CacheKey: Value]

    private let table = LockedFlightTable<Value, CheckedContinuation<Void, Never>>()

    /// A point in time, to be taken before keys are looked up.
    @usableFromInline var mark: Int { table.mark }

    /// Whether nothing is being computed or stored, so that there is nothing to overtake.
    var isIdle: Bool { table.isIdle }

    /// How many callers wait, each counted for every flight that it waits for.
    var callers: Int { table.seats }
}

// MARK: - Computing

extension Flights {
    /// What a flight does for its keys.
    struct Plan: Sendable {
        /// Looks up keys that may have been stored since they were seen missing.
        let look: @Sendable (_ keys: [CacheKey]) async throws -> Values
        /// Computes keys that nobody computes yet.
        let compute: @Sendable (_ keys: [CacheKey]) async throws -> ComputedValues<Value>
        /// Stores what was computed, without the keys that were overtaken.
        let store: @Sendable (_ computed: ComputedValues<Value>) async throws -> Void
    }

    /// The values of missing keys, computed by this caller or by others.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: taken before the keys were seen missing.
    ///   - plan: what is done for those of the keys that nobody computes yet.
    /// - Returns: what was computed, possibly without some of the keys.
    /// - Throws: what the computation or its storing throws; ``CacheError/cycle(_:)``.
    func values(of keys: [CacheKey], since mark: Int, plan: Plan) async throws -> Values {
        let priority = Task.currentPriority
        let boarding = table.update { $0.board(keys, since: mark, at: priority) }
        for task in boarding.slower { task.escalate(to: priority) }
        var seats = boarding.seats
        if let departure = boarding.departure {
            seats.append(departure.seat)
            start(departure, plan)
        }
        var values: Values = [:]
        try await waiting(for: seats) { landing in
            values.merge(try landing.get()) { _, last in last }
        }
        return values
    }

    private func start(_ departure: Table.Departure, _ plan: Plan) {
        let task = Task {
            let landing = await Computation.$current.withValue(departure.seat.computation) {
                await fly(departure, plan)
            }
            for waiter in table.land(departure, landing) { waiter.resume() }
        }
        switch table.update({ $0.depart(departure.flight, task: task) }) {
        case .cancel: task.cancel()
        case .escalate(let priority): task.escalate(to: priority)
        case nil: break
        }
    }

    private func fly(_ departure: Table.Departure, _ plan: Plan) async -> Table.Landing {
        do {
            var values = departure.stale.isEmpty ? [:] : try await plan.look(departure.stale)
            let missing = departure.missing(in: values)
            if missing.isEmpty { return .success(values) }
            let computed = try await plan.compute(missing)
            if let stored = table.beginStoring(computed, of: departure) { try await plan.store(stored) }
            values.merge(computed.values) { _, last in last }
            return .success(values)
        } catch {
            return .failure(error)
        }
    }
}

// MARK: - Overtaking

extension Flights {
    /// Sees to it that no value of a computation under way is stored from now on, for keys that are about to be written.
    ///
    /// It waits for values that are being stored already, so that the write is executed after that.
    ///
    /// - Throws: `CancellationError`, and ``CacheError/cycle(_:)``.
    func overtake(_ keys: [String]) async throws {
        try await waitForStores(table.overtake(keys))
    }

    /// The same for all keys.
    func overtakeAll() async throws {
        try await waitForStores(table.overtakeAll())
    }

    /// Detaches computations that began during a write of their keys.
    func detach(_ keys: [String]) {
        table.detach(keys)
    }

    private func waitForStores(_ seats: [Table.Seat]) async throws {
        if seats.isEmpty { return }
        // That storing failed is the matter of those who asked for the value.
        try await waiting(for: seats) { _ in }
        try Task.checkCancellation()
    }
}

// MARK: - Waiting

extension Flights {
    /// Waits for flights one after the other, and gives up all the seats when the caller is cancelled or one throws.
    private func waiting(
        for seats: [Table.Seat], _ body: (_ landing: Table.Landing) throws -> Void
    ) async throws {
        do {
            let wait = try table.beginWait(for: seats)
            defer { wait?.end() }
            try await withTaskCancellationHandler {
                try await escalating(seats) { () async throws in
                    for seat in seats { try body(await landing(for: seat)) }
                }
            } onCancel: {
                leave(seats)
            }
        } catch {
            leave(seats)
            throw error
        }
    }

    private func landing(for seat: Table.Seat) async -> Table.Landing {
        await withCheckedContinuation { waiter in
            if table.update({ $0.wait(waiter, in: seat) }) { waiter.resume() }
        }
        return table.update { $0.landing(for: seat) }
    }

    private func leave(_ seats: [Table.Seat]) {
        let (waiters, tasks) = table.update { $0.leave(seats) }
        for waiter in waiters { waiter.resume() }
        for task in tasks { task.cancel() }
    }

    /// Hands on the priority that the caller is raised to while it waits.
    private func escalating(_ seats: [Table.Seat], _ body: () async throws -> Void) async throws {
        guard #available(macOS 26, *) else { return try await body() }
        try await withTaskPriorityEscalationHandler {
            // What the caller was raised to before the handler was there, nobody tells it.
            escalate(seats, to: Task.currentPriority)
            try await body()
        } onPriorityEscalated: { _, priority in
            escalate(seats, to: priority)
        }
    }

    private func escalate(_ seats: [Table.Seat], to priority: TaskPriority) {
        for task in table.update({ $0.escalate(seats, to: priority) }) { task.escalate(to: priority) }
    }
}

extension Task where Failure == Never, Success == Void {
    /// Raises the priority; older systems cannot.
    fileprivate func escalate(to priority: TaskPriority) {
        if #available(macOS 26, *) { escalatePriority(to: priority) }
    }
}

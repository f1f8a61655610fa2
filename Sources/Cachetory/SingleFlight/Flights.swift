import Locking
import Synchronization

/// Computes missing values, each once for all the tasks that want it at the same time.
///
/// A computation runs in a task of its own, since it belongs to no one of its callers: it is cancelled when the last of
/// them has been.
@usableFromInline
final class Flights<Value: Sendable>: Sendable {
    typealias Table = FlightTable<Value>

    private let table = Lock(Table())

    /// A copy of the table's, which is read without the lock: on every hit.
    private let landings = Atomic(0)

    /// A point in time, to be taken before keys are looked up.
    @usableFromInline var mark: Int { landings.load(ordering: .acquiring) }

    /// How many callers wait, each counted for every flight that it waits for.
    var callers: Int { table.withLock { $0.seats } }

    /// The values of missing keys, computed by this caller or by others.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: taken before the keys were seen missing.
    ///   - compute: computes and stores those of the keys that nobody computes yet. `isStale` tells that they may have
    ///     been stored since they were seen missing.
    /// - Returns: what was computed, possibly without some of the keys.
    func values(
        of keys: [String], since mark: Int,
        compute: @escaping @Sendable (_ keys: [String], _ isStale: Bool) async throws -> [String: Value]
    ) async throws -> [String: Value] {
        let boarding = table.withLock { $0.board(keys, since: mark) }
        if let departure = boarding.departure { start(departure, compute) }
        let seats = boarding.seats
        return try await withTaskCancellationHandler {
            var values: [String: Value] = [:]
            for seat in seats {
                do {
                    values.merge(try await landing(for: seat).get()) { _, last in last }
                } catch {
                    leave(seats)
                    throw error
                }
            }
            return values
        } onCancel: {
            leave(seats)
        }
    }

    private func start(
        _ departure: Table.Departure,
        _ compute: @escaping @Sendable (_ keys: [String], _ isStale: Bool) async throws -> [String: Value]
    ) {
        let task = Task {
            let landing: Table.Landing
            do {
                landing = .success(try await compute(departure.keys, departure.isStale))
            } catch {
                landing = .failure(error)
            }
            land(departure.flight, landing)
        }
        table.withLock { $0.depart(departure.flight, task: task) }?.cancel()
    }

    private func land(_ flight: Int, _ landing: Table.Landing) {
        let waiters = table.withLock { table in
            let waiters = table.land(flight, landing)
            landings.store(table.landings, ordering: .releasing)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: landing) }
    }

    private func landing(for seat: Table.Seat) async -> Table.Landing {
        await withCheckedContinuation { waiter in
            if let landing = table.withLock({ $0.wait(waiter, in: seat) }) { waiter.resume(returning: landing) }
        }
    }

    private func leave(_ seats: [Table.Seat]) {
        let (waiters, tasks) = table.withLock { $0.leave(seats) }
        for waiter in waiters { waiter.resume(returning: .failure(CancellationError())) }
        for task in tasks { task.cancel() }
    }
}

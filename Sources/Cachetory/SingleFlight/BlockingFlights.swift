import Locking
import Synchronization

/// Computes missing values, each once for all the threads that want it at the same time: ``Flights`` without tasks.
///
/// The thread that asks first computes; the others wait.
@usableFromInline
final class BlockingFlights<Value: Sendable>: Sendable {
    private let flights = Lock<[String: BlockingFlight<Value>]>([:])

    /// How many flights have landed. It is read without the lock, on every hit.
    private let landings = Atomic(0)

    private let waiters = Atomic(0)

    /// A point in time, to be taken before keys are looked up.
    @usableFromInline var mark: Int { landings.load(ordering: .acquiring) }

    /// How many threads wait for others.
    var waiting: Int { waiters.load(ordering: .relaxed) }

    /// The values of missing keys, computed by this thread or by others.
    ///
    /// - Parameters:
    ///   - keys: each once.
    ///   - mark: taken before the keys were seen missing.
    ///   - compute: computes and stores those of the keys that nobody computes yet. `isStale` tells that they may have
    ///     been stored since they were seen missing.
    /// - Returns: what was computed, possibly without some of the keys.
    func values(
        of keys: [String], since mark: Int, compute: (_ keys: [String], _ isStale: Bool) throws -> [String: Value]
    ) throws -> [String: Value] {
        let own = BlockingFlight<Value>()
        let (claimed, joined, isStale) = flights.withLock { flights in
            var claimed: [String] = []
            var joined: [ObjectIdentifier: BlockingFlight<Value>] = [:]
            for key in keys {
                switch flights[key] {
                case let flight? where !flight.isOwn: joined[ObjectIdentifier(flight)] = flight
                case .some:
                    // A computation that wants its own value computes it, or it would wait for itself.
                    claimed.append(key)
                case nil:
                    flights[key] = own
                    claimed.append(key)
                }
            }
            return (claimed, joined.values, landings.load(ordering: .relaxed) != mark)
        }
        // Before waiting for others: they may be waiting for this one.
        var values = try claimed.isEmpty ? [:] : fly(own, claimed, isStale: isStale, compute)
        waiters.add(joined.count, ordering: .relaxed)
        defer { waiters.subtract(joined.count, ordering: .relaxed) }
        for flight in joined { values.merge(try flight.wait()) { _, last in last } }
        return values
    }

    private func fly(
        _ flight: BlockingFlight<Value>, _ keys: [String], isStale: Bool,
        _ compute: (_ keys: [String], _ isStale: Bool) throws -> [String: Value]
    ) throws -> [String: Value] {
        let landing = Result { try compute(keys, isStale) }
        flights.withLock { flights in
            for key in keys where flights[key] === flight { flights[key] = nil }
            landings.wrappingAdd(1, ordering: .releasing)
        }
        flight.land(landing)
        return try landing.get()
    }
}

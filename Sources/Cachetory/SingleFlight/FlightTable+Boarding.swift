// What a table tells its callers.

extension FlightTable {
    /// One caller's place on one flight.
    struct Seat: Sendable {
        let computation: Computation

        /// What it was taken for; of several keys, the first.
        let key: CacheKey

        let flight: Int
        let number: Int
    }

    /// What a caller got for the keys that it asked for.
    struct Boarding {
        /// On flights of others.
        var seats: [Seat] = []

        /// The own flight, which the caller has to start; nil if all the keys were on others already.
        var departure: Departure?

        /// The tasks of flights that run at a lower priority than the caller, for it to escalate.
        var slower: [Task<Void, Never>] = []
    }

    /// A flight that is to be started.
    struct Departure {
        let flight: Int
        let keys: [CacheKey]

        /// Those of the keys that may have been stored since the caller saw them missing.
        let stale: [CacheKey]

        let seat: Seat

        /// The keys that are to be computed: those that a look at the stale ones has not found.
        func missing(in found: [CacheKey: Value]) -> [CacheKey] { keys.filter { found[$0] == nil } }
    }

    /// What has to be done with the task of a flight that was started.
    enum Order {
        /// Nobody is left to wait for it.
        case cancel
        /// Somebody of a higher priority has come.
        case escalate(TaskPriority)
    }
}

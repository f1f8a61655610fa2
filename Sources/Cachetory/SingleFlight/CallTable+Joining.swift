// What a table tells its callers.

extension CallTable {
    /// One caller of one call.
    struct Waiter: Sendable {
        let computation: Computation

        /// What it was taken for; of several keys, the first.
        let key: CacheKey

        let call: Int
        let number: Int
    }

    /// What a caller got for the keys that it asked for.
    struct Joined {
        /// On calls of others.
        var waiters: [Waiter] = []

        /// The call that the caller leads, and has to start; nil if all the keys had calls already.
        var newCall: NewCall?

        /// The tasks of calls that run at a lower priority than the caller, for it to escalate.
        var slower: [Task<Void, Never>] = []
    }

    /// A call that is to be started.
    struct NewCall {
        let call: Int
        let keys: [CacheKey]

        /// Those of the keys that may have been stored since the caller saw them missing.
        let outdated: [CacheKey]

        let waiter: Waiter

        /// The keys that are to be computed: those that a look at the outdated ones has not found.
        func missing(in found: [CacheKey: Value]) -> [CacheKey] { keys.filter { found[$0] == nil } }
    }

    /// A call that has taken too long.
    struct GivenUp {
        let keys: [CacheKey]
        let computation: Computation
        /// For the owner of the table to give.
        let signals: [Signal]
        /// For the owner of the table to cancel.
        let task: Task<Void, Never>?
    }

    /// What has to be done with the task of a call that was started.
    enum Order {
        /// Nobody is left to wait for it.
        case cancel
        /// Somebody of a higher priority has come.
        case escalate(TaskPriority)
    }
}

/// When a cache serves stale values, when it computes values early, and what it does while the backend is away.
///
/// ```swift
/// var options = CacheOptions()
/// options.freshness = Freshness(
///     grace: .seconds(3600), wait: .milliseconds(100), limit: .seconds(5), onBackendError: .staleOrCompute)
/// let cache = try AsyncCache<String>(url: "redis://localhost", serializer: "string", options: options)
/// let page = try await cache.getOrSet("front") { try await render("front") }
/// ```
///
/// A *stale* value is one whose time to live has ended, within ``grace``. Only calls that compute serve it: `getOrSet`,
/// `getOrSetMany` and cached functions; to `get` and to every other call it counts as missing. The one exception is an
/// outage with `.staleOrCompute`, in which `get` and `getMany` serve it, too.
///
/// Negative durations count as zero.
public struct Freshness: Sendable {
    /// How long a value may be served after its time to live; zero is never.
    public var grace: Duration

    /// Where values are kept for ``grace``.
    public var keeping: Keeping

    /// Whether a value is computed anew before its time to live ends, so that no caller waits for it.
    public var early: Early

    /// How long callers wait for a new value before they get the stale one.
    ///
    /// The computation goes on after that, and its value is stored. Nil waits as long as it takes, and serves the stale
    /// value only if the computation fails. Zero is stale while revalidate: the stale value is served at once. Without
    /// a stale value callers wait as long as it takes, up to ``limit``.
    ///
    /// In blocking code the caller that computes stays on its thread until its closure returns, whatever this says.
    public var wait: Duration?

    /// How long a computation may take, with or without a stale value; nil is without limit.
    ///
    /// After it callers get the stale value or ``CacheError/computationTimedOut(limit:)``, the next caller computes
    /// anew, and a result that comes late is not stored. The task of the computation is cancelled. In blocking code the
    /// caller that computes stays on its thread until its closure returns; those who wait for it do not.
    public var limit: Duration?

    /// How long a failed computation is not tried again, up to 20 % more or less at random.
    ///
    /// It holds where there is something to serve meanwhile: a stale value, one that was to be refreshed early, or that
    /// of ``Computed/failed(using:)``. Otherwise the next caller tries again.
    public var retryPause: Duration

    /// What happens when the backend fails, as when its server is away.
    public var onBackendError: OnBackendError

    /// The clock by which copies and pauses expire; tests set one of their own.
    var clock = MemoryClock.standard

    /// Nothing stale, nothing early, no limits, and errors of the backend for the callers, unless given.
    public init(
        grace: Duration = .zero, keeping: Keeping = .memory(), early: Early = .off, wait: Duration? = nil,
        limit: Duration? = nil, retryPause: Duration = .seconds(5), onBackendError: OnBackendError = .throw
    ) {
        self.grace = grace
        self.keeping = keeping
        self.early = early
        self.wait = wait
        self.limit = limit
        self.retryPause = retryPause
        self.onBackendError = onBackendError
    }
}

extension Freshness {
    /// Where values are kept after their time to live.
    ///
    /// ```swift
    /// let freshness = Freshness(grace: .seconds(600), keeping: .memory(entries: 1_000))
    /// ```
    public enum Keeping: Sendable, Hashable {
        /// In this process: copies of what this cache has read and stored, with the greatest number of them.
        ///
        /// The time to live in the backend stays as it is. A process that has just started has no copies. If a key is
        /// missing in the backend before its time to live is over, somebody else has deleted it: its copy is dropped.
        case memory(entries: Int = 10_000)

        /// In the backend, where values live for their time to live and ``Freshness/grace``.
        ///
        /// All processes have them. All that use the keys must have the same grace: one without it takes stale values
        /// for fresh, as Python's cachetory does. To `ifNotExists` a stale value exists, and `delete` counts it.
        /// Operations that change the time of a key, or take it out, cost one more round trip.
        case server
    }

    /// When a value is computed anew although it is still fresh.
    ///
    /// The caller who finds such a value gets it, and the computation runs in a task of its own. In blocking code that
    /// caller computes, and gets the new value, or the old one if that fails. A value that lives for ever is never
    /// early.
    ///
    /// ```swift
    /// let freshness = Freshness(early: .probabilistic())
    /// ```
    public enum Early: Sendable, Hashable {
        /// Never.
        case off

        /// At random, the likelier the nearer the end is and the longer computations take, so that of many processes
        /// about one does it.
        ///
        /// That is XFetch: Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention",
        /// VLDB 2015. A value is computed anew if what is left of its time is no more than `-δ · beta · ln(u)`, with
        /// `u` at random from 0 to 1, and δ the mean time that this cache's computations take, half of the time to live
        /// at most. A larger `beta` is earlier; 1 is the paper's optimum, and zero or less is never. Nothing is early
        /// before this cache has computed something.
        case probabilistic(beta: Double = 1)

        /// When no more than a fraction of its time to live is left, from 0, never, to 1, on every hit.
        ///
        /// The time to live is the call's, or else the cache's.
        case remaining(fraction: Double)
    }

    /// What happens when the backend fails.
    ///
    /// The observer is told of every error. With all but ``throw`` a computed value reaches its callers even if it
    /// cannot be stored, and a failed `set`, `setMany`, `delete`, `deleteMany`, `expire`, `markStale` or `purge` does
    /// not throw: it answers false or 0. Up to 10,000 keys of such writes are remembered, and deleted once the backend
    /// answers again, before this cache reads them. Further writes throw, and so do `clear`, `touch`, `getAndDelete`
    /// and calls after `close`.
    ///
    /// ```swift
    /// let freshness = Freshness(onBackendError: .compute)
    /// ```
    public enum OnBackendError: Sendable, Hashable {
        /// Callers get its error.
        case `throw`

        /// `getOrSet`, `getOrSetMany` and cached functions compute, once for all callers at a time; other reads throw.
        case compute

        /// A kept copy is served, to `get` and `getMany` as well, up to the end of its grace. Without one it is
        /// ``compute``.
        ///
        /// Copies are kept with ``Freshness/Keeping/memory(entries:)`` alone.
        case staleOrCompute
    }
}

extension Freshness {
    /// How much longer than they live values are kept in the backend.
    var graceInBackend: Duration { keeping == .server ? Self.clamped(grace) : .zero }

    /// No less than nothing, and no more than a century, which is as good as for ever and can be added to any time.
    static func clamped(_ duration: Duration) -> Duration { min(max(duration, .zero), .seconds(3_200_000_000)) }
}

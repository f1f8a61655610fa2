/// How long an existing key still lives.
///
/// ```swift
/// let backend = AsyncMemoryBackend<Int>()
/// try await backend.set("key", to: 1, timeToLive: .seconds(60))
/// if case .after(let time)? = try await backend.timeToLive(of: "key") { print(time) }  // 60.0 seconds
/// ```
public enum RemainingTimeToLive: Sendable, Hashable {
    /// Until it is removed or evicted.
    case forever

    /// A duration in whole milliseconds, never negative.
    case after(Duration)
}

extension RemainingTimeToLive {
    init(_ timeToLive: TimeToLive) {
        self =
            switch timeToLive {
            case .forever: .forever
            case .over: .after(.zero)
            case .milliseconds(let milliseconds): .after(.milliseconds(milliseconds))
            }
    }
}

extension RemainingTimeToLive {
    /// Whether a value is fresh that its backend keeps for a grace after its own time to live.
    ///
    /// Without a grace every value that is found is fresh, even if less than a millisecond is left.
    func isFresh(withGrace grace: Duration) -> Bool {
        switch self {
        case .forever: true
        case .after(let rest): rest > grace || grace == .zero
        }
    }
}

/// An operation that is being timed for an observer.
struct Observation {
    private let observer: any CacheObserver
    private let start = ContinuousClock.now

    init(_ observer: any CacheObserver) {
        self.observer = observer
    }

    func end(_ kind: CacheEvent.Kind, _ key: String?) {
        observer.observe(CacheEvent(kind.unwrapped, key: key, duration: start.duration(to: .now)))
    }

    /// Reports each key of a batch, all with the same duration.
    func end(_ kind: CacheEvent.Kind, _ keys: [String?]) {
        let duration = start.duration(to: .now)
        for key in keys { observer.observe(CacheEvent(kind.unwrapped, key: key, duration: duration)) }
    }

    /// Reports which keys had a value.
    func end(lookup keys: [String], found: some Sequence<String>) {
        let found = Set(found.lazy.map(CacheKey.init))
        let duration = start.duration(to: .now)
        for key in keys {
            observer.observe(CacheEvent(found.contains(CacheKey(key)) ? .hit : .miss, key: key, duration: duration))
        }
    }
}

extension CacheEvent.Kind {
    /// The same with the serializer's error out of its ``CodingFailure``, as callers get it.
    fileprivate var unwrapped: CacheEvent.Kind {
        if case .error(let error) = self { .error(BackendOutage.cause(of: error)) } else { self }
    }
}

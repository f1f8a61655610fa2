import Cachetory
import Foundation
import Synchronization

/// Prints how long others' gets wait at most while one call does much work: a `set` of a value that displaces all others,
/// and the sets that let a store grow to that size.
func measureLongestWait(entries: Int) throws {
    let isLarge = -1
    let backend = SyncMemoryBackend<Int>(
        limit: .cost(entries) { _, value in value == isLarge ? entries - 1 : 1 })
    let keys = (0..<entries).map { "key:\($0)" }

    report("nothing else", call: nil, try longestGet(of: backend) { sleep(1) })

    var slowestSet = Duration.zero
    let growth = try longestGet(of: backend) {
        for (number, key) in keys.enumerated() {
            let start = ContinuousClock.now
            try backend.set(key, to: number)
            slowestSet = max(slowestSet, ContinuousClock.now - start)
        }
    }
    guard backend.count == entries else { throw WrongValue() }
    report("growing to \(entries) entries", call: slowestSet, growth)

    var set = Duration.zero
    let eviction = try longestGet(of: backend) {
        let start = ContinuousClock.now
        try backend.set("large", to: isLarge)
        set = ContinuousClock.now - start
    }
    guard try backend.get("large") == isLarge, backend.count <= 2 else { throw WrongValue() }
    report("a set that displaces \(entries)", call: set, eviction)
}

/// How long gets took.
private struct Waits {
    let count: Int
    let longest: Duration

    /// All but a thousandth took no longer.
    let slow: Duration

    /// How many took more than a millisecond. On a machine that does other things as well, that is mostly its scheduler.
    let long: Int

    init(_ waits: [Duration]) {
        let sorted = waits.sorted()
        count = sorted.count
        longest = sorted.last ?? .zero
        slow = sorted.isEmpty ? .zero : sorted[sorted.count * 999 / 1000]
        long = sorted.count { $0 > .milliseconds(1) }
    }
}

/// How long another thread's gets of one key take while something is done.
private func longestGet(of backend: SyncMemoryBackend<Int>, _ work: () throws -> Void) throws -> Waits {
    try backend.set("other", to: 0)
    let watch = Watch()
    Thread.detachNewThread { watch.run(on: backend) }
    while !watch.hasBegun { usleep(100) }
    let result = Result { try work() }
    let waits = Waits(watch.end())
    try result.get()
    return waits
}

/// Asks for a key again and again, until it is told to end.
private final class Watch: Sendable {
    private let begun = Atomic(false)
    private let ended = Atomic(false)
    private let waits = Mutex<[Duration]>([])
    private let finished = DispatchSemaphore(value: 0)

    var hasBegun: Bool { begun.load(ordering: .acquiring) }

    /// How long each get took.
    func end() -> [Duration] {
        ended.store(true, ordering: .releasing)
        finished.wait()
        return waits.withLock { $0 }
    }

    func run(on backend: SyncMemoryBackend<Int>) {
        var waits: [Duration] = []
        waits.reserveCapacity(1 << 22)
        while !ended.load(ordering: .acquiring) {
            let start = ContinuousClock.now
            _ = try? backend.get("other")
            waits.append(ContinuousClock.now - start)
            begun.store(true, ordering: .releasing)
        }
        self.waits.withLock { $0 = waits }
        finished.signal()
    }
}

private func report(_ name: String, call: Duration?, _ waits: Waits) {
    func milliseconds(_ duration: Duration) -> String { String(format: "%.3f ms", duration / .milliseconds(1)) }
    print("  \(name):", call.map { "the longest call took \(milliseconds($0));" } ?? "")
    print(
        "    of \(waits.count) gets meanwhile the longest took \(milliseconds(waits.longest)),",
        "\(waits.long) over 1 ms, all but a thousandth at most \(milliseconds(waits.slow))")
}

import Cachetory
import Foundation
import Synchronization

private let threads = 8
private let duration = Duration.seconds(3)

/// Measures hits of eight threads, each of which checks what it reads, and what a dictionary behind the standard
/// library's mutex would do in the place of the backend.
func measureThreads() throws {
    let (keys, values) = (keys, values)
    let backend = SyncMemoryBackend<Data>(limit: .entries(keys.count))
    try backend.setMany(Array(zip(keys, values)))
    report("SyncMemoryBackend") { index in
        (try? backend.get(keys[index])) == values[index]
    }

    let dictionary = Dictionary(uniqueKeysWithValues: zip(keys, values))
    let guarded = Guarded(dictionary)
    report("Synchronization.Mutex and a dictionary") { index in
        guarded.dictionary.withLock { $0[keys[index]] } == values[index]
    }
}

private final class Guarded: Sendable {
    let dictionary: Mutex<[String: Data]>

    init(_ dictionary: [String: Data]) { self.dictionary = Mutex(dictionary) }
}

/// Counts calls for as long as ``duration``, on all threads together.
private func report(_ name: String, _ isRight: @escaping @Sendable (_ index: Int) -> Bool) {
    let (calls, mistakes) = (Counter(), Counter())
    let group = DispatchGroup()
    let start = ContinuousClock.now
    for thread in 0..<threads {
        group.enter()
        Thread.detachNewThread {
            var index = thread * 1000
            while ContinuousClock.now - start < duration {
                for _ in 0..<100 {
                    if !isRight(index) { mistakes.add(1) }
                    index = index + 1 < 10_000 ? index + 1 : 0
                }
                calls.add(100)
            }
            group.leave()
        }
    }
    group.wait()
    let rate = Double(calls.value) / ((ContinuousClock.now - start) / .seconds(1)) / 1e6
    print("  \(name):".padding(toLength: 42, withPad: " ", startingAt: 0), (rate * 1000).rounded() / 1000)
    guard mistakes.value == 0 else {
        print("failed: \(mistakes.value) wrong values")
        exit(1)
    }
}

private final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func add(_ number: Int) { count.add(number, ordering: .relaxed) }
}

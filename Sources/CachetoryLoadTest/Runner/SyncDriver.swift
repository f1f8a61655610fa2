import Cachetory
import Foundation

/// Loads a backend from threads.
final class SyncDriver<Backend: SyncCacheBackend<Data>>: Driver {
    private let backend: Backend

    /// Enough for blocking calls and their errors, and little enough for thousands of threads.
    private let stackSize = 512 * 1024

    /// How long a thread sleeps before it looks whether the run was stopped.
    private static var longestPause: UInt64 { 50_000_000 }

    init(_ backend: Backend) {
        self.backend = backend
    }

    func start(_ run: Run, tasks count: Int, crew: Crew) {
        for number in 0..<count {
            crew.join()
            let thread = Thread { [backend] in
                Self.work(Worker(run, number: number), on: backend, run: run)
                crew.leave()
            }
            thread.stackSize = stackSize
            thread.start()
        }
    }

    private static func work(_ worker: consuming Worker, on backend: Backend, run: Run) {
        var worker = worker
        let workload = run.workload
        while let time = worker.advance() {
            if worker.pause(before: time) != nil {
                sleep(until: time, in: run)
                if run.isOver(at: time) { break }
            }
            do {
                switch worker.chooseOperation() {
                case .get(let key):
                    let answer = try backend.get(workload.names[key])
                    worker.didFinish()
                    worker.check(answer, key)
                case .set(let key):
                    let value = worker.value(of: key)
                    worker.didPrepare(bytes: value.count)
                    let wasSet = try backend.set(workload.names[key], to: value, timeToLive: nil, ifNotExists: false)
                    worker.didFinish()
                    worker.check(wasSet: wasSet)
                case .getMany(let keys):
                    let answer = try backend.getMany(keys.map { workload.names[$0] })
                    worker.didFinish()
                    worker.check(answer, keys)
                case .setMany(let keys):
                    let items = worker.items(keys)
                    worker.didPrepare(bytes: items.count * workload.values.size)
                    try backend.setMany(items, timeToLive: nil)
                    worker.didFinish()
                }
            } catch {
                guard let pause = worker.didFail(error) else { continue }
                sleep(until: MonotonicClock.now() + pause, in: run)
                worker.didPause()
            }
        }
    }

    /// Sleeps, in short pieces, so that a stopped run does not wait for the next operation of a slow schedule.
    private static func sleep(until time: UInt64, in run: Run) {
        while !run.isOver(at: time) {
            let now = MonotonicClock.now()
            guard now < time else { return }
            var pause = timespec(tv_sec: 0, tv_nsec: Int(min(time - now, longestPause)))
            nanosleep(&pause, nil)
        }
    }

    /// A blocking call cannot be cancelled; the run ends when it returns.
    func cancel() {}

    func setMany(_ items: [(key: String, value: Data)]) throws {
        try backend.setMany(items, timeToLive: nil)
    }

    func getMany(_ keys: [String]) throws -> [(key: String, value: Data)] {
        try backend.getMany(keys)
    }

    func deleteMany(_ keys: [String]) throws {
        try backend.deleteMany(keys)
    }

    func close() {
        backend.close()
    }
}

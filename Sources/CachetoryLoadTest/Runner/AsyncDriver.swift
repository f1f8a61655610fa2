import Cachetory
import CachetoryLocking
import Foundation

/// Loads a backend from tasks.
///
/// It and its methods are generic, so that the hot loop is specialized for the backend and nothing is measured that a
/// user would not have.
final class AsyncDriver<Backend: AsyncCacheBackend<Data>>: Driver {
    private let backend: Backend
    /// Where the tasks run; nil is the default executor.
    private let executor: (any TaskExecutor)?
    private let tasks = Lock<[Task<Void, Never>]>([])

    init(_ backend: Backend, executor: (any TaskExecutor)? = nil) {
        self.backend = backend
        self.executor = executor
    }

    func start(_ run: Run, tasks count: Int, crew: Crew) {
        // Frees ended tasks first, up to ten thousand, so that the next ones reuse their memory.
        tasks.withLock { $0 = [] }
        let started = (0..<count).map { number in
            crew.join()
            let work: @concurrent @Sendable () async -> Void = { [backend] in
                await Self.work(Worker(run, number: number), on: backend, run: run)
                crew.leave()
            }
            // Even a nil preference would be looked up at each switch.
            guard let executor else { return Task.detached(operation: work) }
            return Task.detached(executorPreference: executor, operation: work)
        }
        tasks.withLock { $0 = started }
    }

    private static func work(_ worker: consuming Worker, on backend: Backend, run: Run) async {
        var worker = worker
        let workload = run.workload
        while let time = worker.advance() {
            if let pause = worker.pause(before: time) {
                try? await Task.sleep(for: .nanoseconds(pause), tolerance: .zero)
                if run.isOver(at: time) { break }
            }
            do {
                switch worker.chooseOperation() {
                case .get(let key):
                    let answer = try await backend.get(workload.names[key])
                    worker.didFinish()
                    worker.check(answer, key)
                case .set(let key):
                    let value = worker.value(of: key)
                    worker.didPrepare(bytes: value.count)
                    let wasSet = try await backend.set(
                        workload.names[key], to: value, timeToLive: nil, ifNotExists: false)
                    worker.didFinish()
                    worker.check(wasSet: wasSet)
                case .getMany(let keys):
                    let answer = try await backend.getMany(keys.map { workload.names[$0] })
                    worker.didFinish()
                    worker.check(answer, keys)
                case .setMany(let keys):
                    let items = worker.items(keys)
                    worker.didPrepare(bytes: items.count * workload.values.size)
                    try await backend.setMany(items, timeToLive: nil)
                    worker.didFinish()
                }
            } catch {
                guard let pause = worker.didFail(error) else { continue }
                try? await Task.sleep(for: .nanoseconds(pause))
                worker.didPause()
            }
        }
    }

    func cancel() {
        tasks.withLock { $0.forEach { $0.cancel() } }
    }

    func setMany(_ items: [(key: String, value: Data)]) throws {
        try BlockingResult { [backend] in try await backend.setMany(items, timeToLive: nil) }.wait()
    }

    func getMany(_ keys: [String]) throws -> [(key: String, value: Data)] {
        try BlockingResult { [backend] in try await backend.getMany(keys) }.wait()
    }

    func deleteMany(_ keys: [String]) throws {
        _ = try BlockingResult { [backend] in try await backend.deleteMany(keys) }.wait()
    }

    func close() {
        try? BlockingResult { [backend] in await backend.close() }.wait()
    }
}

import Foundation

/// One call of a worker in a run with a history of writes: what it may read, and what it writes.
struct TrackedCall {
    private let workload: Workload
    private let history: WriteHistory
    private var reads: [WriteHistory.Read] = []
    private var writes: [WriteHistory.Write] = []

    /// Nil where the workload keeps no history.
    init?(_ workload: Workload) {
        guard let history = workload.history else { return nil }
        self.workload = workload
        self.history = history
    }

    /// Begins an operation. A write omits keys that others are writing; with none left it becomes a read.
    mutating func begin(_ operation: Operation) -> Operation {
        reads.removeAll(keepingCapacity: true)
        writes.removeAll(keepingCapacity: true)
        switch operation {
        case .get(let key):
            reads.append(history.beginRead(of: key))
        case .getMany(let keys):
            reads += keys.map(history.beginRead)
        case .set(let key):
            guard let write = history.beginWrite(of: key) else { return begin(.get(key)) }
            writes.append(write)
        case .setMany(let keys):
            writes += keys.compactMap(history.beginWrite)
            return writes.isEmpty ? begin(.getMany(keys)) : .setMany(writes.map(\.key))
        }
        return operation
    }

    /// The value that it writes to a key.
    func value(of key: Int) -> Data {
        workload.values.value(of: key, version: writes.first { $0.key == key }?.version ?? 0)
    }

    /// The items that it writes to keys.
    func items(_ keys: [Int]) -> [(key: String, value: Data)] {
        keys.map { (workload.names[$0], value(of: $0)) }
    }

    var isWrite: Bool { !writes.isEmpty }

    /// The keys that it reads or writes.
    var keys: [Int] { isWrite ? writes.map(\.key) : reads.map(\.key) }

    mutating func end(_ outcome: WriteOutcome) {
        for write in writes { history.end(write, outcome) }
        writes.removeAll(keepingCapacity: true)
    }

    /// How the answer to a read differs from what may be there; nil if it is right.
    func difference(of answer: Data?, from key: Int) -> WrongValue? {
        guard let answer else { return .missing }
        guard let read = reads.first(where: { $0.key == key }) else { return .notAsked }
        do throws(WrongValue) {
            return history.difference(of: try workload.values.version(of: answer, from: key), from: read)
        } catch {
            return error
        }
    }

    /// The first difference of the answer to a read of several keys, with its key; nil if all are right.
    func difference(
        of answer: [(key: String, value: Data)], from keys: [Int]
    ) -> (key: Int, difference: WrongValue)? {
        workload.difference(of: answer, from: keys) { value, key in difference(of: value, from: key) }
    }
}

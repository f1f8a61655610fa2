import Foundation

/// One call of a worker, in a run that keeps a history of its writes: what it may find, and what it writes.
struct TrackedCall {
    private let history: WriteHistory
    private var reads: [WriteHistory.Read] = []
    private var writes: [WriteHistory.Write] = []

    init(_ history: WriteHistory) {
        self.history = history
    }

    /// Begins an operation, or one that is like it: a key that somebody else is writing is not written.
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

    /// The same, of a read of several keys.
    func reading(_ keys: [Int]) -> TrackedCall {
        var call = self
        _ = call.begin(.getMany(keys))
        return call
    }

    /// The version that it writes to a key.
    func version(of key: Int) -> UInt32 {
        writes.first { $0.key == key }?.version ?? 0
    }

    var isWrite: Bool { !writes.isEmpty }

    mutating func end(_ outcome: WriteOutcome) {
        for write in writes { history.end(write, outcome) }
        writes.removeAll(keepingCapacity: true)
    }

    /// How the answer to a read differs from what may be there; nil if it is right.
    func difference(of answer: Data?, from key: Int, _ values: ValuePattern) -> WrongValue? {
        guard let answer else { return .missing }
        guard let read = reads.first(where: { $0.key == key }) else { return .notAsked }
        do throws(WrongValue) {
            return history.difference(of: try values.version(of: answer, from: key), from: read)
        } catch {
            return error
        }
    }
}

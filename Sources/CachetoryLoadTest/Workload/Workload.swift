import Foundation

/// What a run does: which operations, on which keys, with which values. All workers share one.
final class Workload: Sendable {
    /// The name of each key.
    let names: [String]
    let values: ValuePattern

    /// The values of all keys without versions, where they take little memory: users have values before storing them,
    /// so making them is not measured.
    private let made: [Data]

    /// Beyond this, values are made at each write.
    private static let madeBytes = 128 << 20

    /// What was written, where values have versions; nil where each key has one value for ever.
    let history: WriteHistory?

    private let kind: WorkloadKind
    private let distribution: KeyDistribution
    private let batch: Int
    /// Random numbers below this mean a read in the workload `mixed`; nil where all are reads.
    private let readThreshold: UInt64?

    init(_ options: Options) {
        let run = Self.makeRunName()
        names = (0..<options.keys).map { "lt-\(run):\($0)" }
        let values = ValuePattern(size: options.valueSize)
        self.values = values
        let fits = options.keys * options.valueSize <= Self.madeBytes
        made = fits && !options.chaos ? (0..<options.keys).map { values.value(of: $0) } : []
        history = options.chaos ? WriteHistory(keys: options.keys) : nil
        kind = options.workload
        distribution =
            switch options.distribution {
            case .uniform: .uniform(count: options.keys)
            case .zipf: .zipf(ZipfTable(count: options.keys))
            }
        batch = options.batch
        readThreshold = UInt64(exactly: (options.readRatio * 0x1p64).rounded())
    }

    /// Chooses the next operation of a worker.
    func operation(using random: inout SplitMix64) -> Operation {
        switch kind {
        case .get: .get(distribution.key(using: &random))
        case .set: .set(distribution.key(using: &random))
        case .mget: .getMany(keys(using: &random))
        case .mset: .setMany(keys(using: &random))
        case .mixed:
            if readThreshold.map({ random.next() < $0 }) ?? true {
                .get(distribution.key(using: &random))
            } else {
                .set(distribution.key(using: &random))
            }
        }
    }

    /// The value of a key without versions.
    func value(of key: Int) -> Data {
        made.isEmpty ? values.value(of: key) : made[key]
    }

    /// The items that set keys to their values.
    func items(_ keys: some Sequence<Int>) -> [(key: String, value: Data)] {
        keys.map { (names[$0], value(of: $0)) }
    }

    /// Whether there are writes among the operations.
    var writes: Bool {
        switch kind {
        case .set, .mset: true
        case .get, .mget: false
        case .mixed: readThreshold != nil
        }
    }

    private func keys(using random: inout SplitMix64) -> [Int] {
        (0..<batch).map { _ in distribution.key(using: &random) }
    }

    /// Separates the keys of runs that load one server at once.
    ///
    /// Of four characters: with a number of seven digits, a key's name still fits into a string without heap memory.
    private static func makeRunName() -> String {
        let characters = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        return String((0..<4).map { _ in characters[Int.random(in: characters.indices)] })
    }
}

/// One call of a backend; keys are numbers.
enum Operation: Sendable {
    case get(Int)
    case set(Int)
    case getMany([Int])
    case setMany([Int])

    var keys: [Int] {
        switch self {
        case .get(let key), .set(let key): [key]
        case .getMany(let keys), .setMany(let keys): keys
        }
    }
}

import CachetoryLocking

/// Everything that went wrong, counted by kind. Faults are rare, so a lock does.
final class FaultLog: Sendable {
    struct Summary: Sendable {
        var errors = 0
        var wrongValues = 0
        /// How often each error occurred, by its description.
        var kinds: [String: Int] = [:]
        /// The first wrong values, in words.
        var examples: [String] = []
        /// What makes the run a failure in any case, in words.
        var failures: [String] = []
    }
    private let state = Lock(Summary())

    /// As many kinds as a reader would read. Some errors name a connection or a time, so there may be thousands.
    private static let kindLimit = 20

    private static let exampleLimit = 5

    /// Long enough for any sentence.
    private static let textLimit = 200

    func add(_ error: any Error) {
        let firstLine = "\(error)".split(separator: "\n").first ?? ""
        add(errors: 1, String(firstLine.prefix(Self.textLimit)))
    }

    /// Adds errors of one kind.
    func add(errors count: Int, _ kind: String) {
        state.withLock { state in
            state.errors += count
            let isListed = state.kinds[kind] != nil || state.kinds.count < Self.kindLimit
            state.kinds[isListed ? kind : "others", default: 0] += count
        }
    }

    func add(_ difference: WrongValue, key: String) {
        state.withLock { state in
            state.wrongValues += 1
            if state.examples.count < Self.exampleLimit { state.examples.append("\(key): \(difference)") }
        }
    }

    /// Adds what no expected error explains.
    func add(failure: String) {
        state.withLock { state in
            guard state.failures.count < Self.exampleLimit, !state.failures.contains(failure) else { return }
            state.failures.append(failure)
        }
    }

    var summary: Summary { state.withLock { $0 } }
}

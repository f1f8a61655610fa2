/// One thing that is measured.
struct Benchmark {
    /// The part of the library and the work, such as `parser/integers`.
    let name: String

    /// How many operations a round has: enough of them that what surrounds a round does not count.
    let operations: Int

    /// Bytes of one operation, where a throughput says more than a time.
    var bytes: Int?

    /// Makes what is needed, and returns the round. A round checks what it gets.
    let prepare: () async throws -> Round
}

/// A number of operations, one after the other.
enum Round {
    case blocking(() throws -> Void)
    case async(() async throws -> Void)

    func run() async throws {
        switch self {
        case .blocking(let body): try body()
        case .async(let body): try await body()
        }
    }
}

extension Round {
    /// The same round, with something that it needs.
    func keeping(_ needed: some AnyObject & Sendable) -> Round {
        switch self {
        case .blocking(let body):
            .blocking {
                try body()
                withExtendedLifetime(needed) {}
            }
        case .async(let body):
            .async {
                try await body()
                withExtendedLifetime(needed) {}
            }
        }
    }
}

/// A figure that came from wrong results is none.
struct WrongResult: Error {}

/// Throws unless a result is the expected one.
@inline(__always)
func expect(_ isRight: Bool) throws(WrongResult) {
    if !isRight { throw WrongResult() }
}

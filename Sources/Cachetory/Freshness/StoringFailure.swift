/// That a computed value could not be stored, and is the caller's matter: the computation itself has not failed.
struct StoringFailure: Error {
    let cause: any Error
}

extension StoringFailure: CustomStringConvertible {
    var description: String { "\(cause)" }
}

extension Error {
    /// Whether a stale value does instead of what has failed. It must hide neither a cycle nor that nothing can be stored.
    var isOutdone: Bool {
        if self is StoringFailure { return false }
        if case .cycle? = self as? CacheError { return false }
        return true
    }
}

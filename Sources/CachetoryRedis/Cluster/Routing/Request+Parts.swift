import CachetoryRESP

// Single commands of a request of several, as a cluster's nodes refuse some of them and execute others.
extension Request {
    /// Whether an error reply to one of its commands proves that it was not executed.
    func isServersOwn(at index: Int) -> Bool {
        guard case .commands(let first, let rest) = form else { return true }
        return index == 0 ? first.isServersOwn : rest[index - 1].isServersOwn
    }

    /// Whether one of its commands may be sent again without harm.
    func isReadOnly(at index: Int) -> Bool {
        guard kind == .plain, case .commands(let first, let rest) = form else { return isReadOnly }
        return index == 0 ? first.isReadOnly : rest[index - 1].isReadOnly
    }
}

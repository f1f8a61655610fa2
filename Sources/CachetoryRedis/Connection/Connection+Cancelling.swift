import CachetoryLocking
import CachetoryRESP

extension Connection {
    /// Takes back the request of a call that was cancelled, if nobody has taken it to write. Otherwise its reply is dropped when
    /// it comes.
    func withdraw(_ waiter: Waiter<RESPReply>) {
        let isWithdrawn = shared.withLock { shared in
            guard shared.exchange.withdraw(waiter.number) else { return false }
            noteLargeBytes(of: &shared)
            return true
        }
        // Nobody waits for the reply any more, which somebody who closes the pool may want to know, either.
        if isWithdrawn { release() } else { tellOwner() }
    }
}

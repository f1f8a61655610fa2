import CachetoryRESP

/// A call that has begun, and whose reply is waited for later: so one task can have several under way.
struct PendingCall {
    fileprivate let connection: Connection
    fileprivate let request: Request
    fileprivate let waiter: Waiter<RESPReply>

    /// Waits for the reply. Once.
    var result: Result<RESPReply, any Error> {
        get async {
            do {
                return .success(try await connection.finish(self))
            } catch {
                return .failure(error)
            }
        }
    }
}

extension Connection {
    /// Sends a request of a shared lease, as ``executeShared(_:weight:at:until:)`` does, without waiting for its reply.
    func begin(_ request: Request, weight: RequestWeight, at now: Timestamp, until deadline: Timestamp) -> PendingCall {
        let waiter = Waiter<RESPReply>()
        submit(request, weight, waiter, at: now, until: deadline)
        return PendingCall(connection: self, request: request, waiter: waiter)
    }

    fileprivate func finish(_ call: PendingCall) async throws -> RESPReply {
        let (request, waiter) = (call.request, call.waiter)
        do {
            let reply = try await waiter.value(onCancel: { withdraw(waiter) })
            replySizes.note(reply, to: request, partialSize: waiter.partialSize)
            if !RetryPolicy.isFinal(reply, to: request) { doubtIfQueued(reply, to: request) }
            return reply
        } catch {
            replySizes.noteAbandoned(request, partialSize: waiter.partialSize)
            throw error
        }
    }
}

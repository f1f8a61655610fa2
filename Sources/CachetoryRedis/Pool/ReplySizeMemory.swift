import CachetoryLocking
import CachetoryRESP
import Synchronization

/// What the connections of one pool have found out about the sizes of replies: see ``ReplySizes``.
///
/// Where no reply was large, a request pays a look at one flag before it is sent, and another one after its reply.
package final class ReplySizeMemory: Sendable {
    private let sizes = Lock(ReplySizes())

    /// Set under the lock, and read without it.
    private let isInUse = Atomic<Bool>(false)

    package init() {}

    /// Whether the reply to a request will be large, as far as is known.
    @inline(__always)
    func expectsLargeReply(to request: Request) -> Bool {
        isInUse.load(ordering: .relaxed) && expectsLarge(request)
    }

    @inline(never)
    private func expectsLarge(_ request: Request) -> Bool {
        let now = Timestamp.now
        // A copy, as a pipeline may have any number of commands, and others would wait for the lock.
        let known = sizes.withLock { sizes in
            sizes.forget(at: now)
            if sizes.isEmpty { isInUse.store(false, ordering: .relaxed) }
            return sizes
        }
        var size = 0
        request.forEachCommand { size += known.expectedSize(of: $0, arguments: $1) }
        return size >= ReplySizes.largeSize
    }

    /// A reply has come.
    ///
    /// - Parameter partialSize: how much of it was seen to be on its way, if that was large.
    @inline(__always)
    func note(_ reply: borrowing RESPReply, to request: Request, partialSize: Int) {
        if partialSize > 0 || isInUse.load(ordering: .relaxed) { learn(copy reply, request, isLarge: partialSize > 0) }
    }

    @inline(never)
    private func learn(_ reply: RESPReply, _ request: Request, isLarge: Bool) {
        guard request.kind == .plain else { return }
        if request.replyCount == 1 {
            return request.forEachCommand { learn(reply, $0, $1, isLarge: isLarge) }
        }
        guard case .array(let replies) = reply, replies.count == request.replyCount else { return }
        var index = 0
        request.forEachCommand { name, arguments in
            learn(replies[index], name, arguments, isLarge: isLarge)
            index += 1
        }
    }

    private func learn(_ reply: RESPReply, _ name: String, _ arguments: Int, isLarge: Bool) {
        guard isLarge || sizes.withLock({ $0.isKnown(name) }) else { return }
        // It says nothing of the others.
        if case .error = reply { return }
        learn(reply.contentSize, name, arguments)
    }

    /// Nobody waited for the reply any longer, of which so much has come.
    @inline(never)
    func noteAbandoned(_ request: Request, partialSize: Int) {
        // Of several, nobody knows whose reply it was.
        guard partialSize > 0, request.kind == .plain, request.replyCount == 1 else { return }
        request.forEachCommand { learn(partialSize, $0, $1) }
    }

    private func learn(_ size: Int, _ name: String, _ arguments: Int) {
        let now = Timestamp.now
        sizes.withLock { sizes in
            sizes.note(size, of: name, arguments: arguments, at: now)
            isInUse.store(!sizes.isEmpty, ordering: .relaxed)
        }
    }
}

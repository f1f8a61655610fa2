import CachetoryRedis
import Foundation

/// Two connected sockets of this process, closed with the value.
final class StreamPair: Sendable {
    let near: Int32
    let far: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw Errno.current
        }
        (near, far) = (ends[0], ends[1])
    }

    deinit {
        close(near)
        close(far)
    }

    /// Sends from the far end to the near one.
    func send(_ count: Int = 1) {
        let bytes = [UInt8](repeating: 0, count: count)
        _ = write(far, bytes, count)
    }

    /// Takes what the near end got.
    func receive() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        _ = recv(near, &bytes, bytes.count, Int32(MSG_DONTWAIT))
    }

    /// Ends the stream from the far end.
    func hangUp() {
        _ = shutdown(far, Int32(SHUT_RDWR))
    }
}

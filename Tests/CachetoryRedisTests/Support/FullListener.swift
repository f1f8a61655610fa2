import CachetoryRedis
import Foundation

/// A TCP port of 127.0.0.1 whose queue of connections is full: who connects gets no answer.
final class FullListener {
    let port: Int
    private let listener: Int32
    private var clients: [Int32] = []

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let status = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(descriptor, pointer, length) == 0 && listen(descriptor, 0) == 0
                && getsockname(descriptor, pointer, &length) == 0
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard status else { throw Errno.current }
        // One waits in the queue, a second one before it.
        for _ in 0..<4 {
            let client = socket(
                AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            clients.append(client)
            withUnsafeBytes(of: address) { bytes in
                _ = connect(client, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, length)
            }
        }
    }

    deinit {
        for descriptor in clients + [listener] { close(descriptor) }
    }
}

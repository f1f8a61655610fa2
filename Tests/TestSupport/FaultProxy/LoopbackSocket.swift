import Foundation

/// The few system calls that the proxy makes for its sockets.
enum LoopbackSocket {
    #if os(Linux)
        static let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    #else
        static let type = SOCK_STREAM
    #endif

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// Listens on a free port.
    static func listen() -> (descriptor: Int32, port: Int)? {
        var address = address(port: 0)
        guard let descriptor = listen(AF_INET, &address) else { return nil }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutableBytes(of: &address) { bytes in
            getsockname(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Listens on a Unix socket.
    static func listen(at path: String) -> (descriptor: Int32, port: Int)? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return listen(AF_UNIX, &address).map { ($0, 0) }
    }

    static func listen<Address>(_ family: Int32, _ address: inout Address, backlog: Int32 = 128) -> Int32? {
        let descriptor = socket(family, type, 0)
        let isListening = withUnsafeBytes(of: &address) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            return bind(descriptor, pointer, socklen_t(bytes.count)) == 0 && Foundation.listen(descriptor, backlog) == 0
        }
        if isListening { return descriptor }
        close(descriptor)
        return nil
    }

    /// Connects to a port of this machine: the kernel answers for the server, so that this waits for nobody.
    static func connect(toPort port: Int) -> Int32 {
        let descriptor = socket(AF_INET, type, 0)
        let address = address(port: port)
        let status = withUnsafeBytes(of: address) { bytes in
            Foundation.connect(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        if status == 0 { return descriptor }
        close(descriptor)
        return -1
    }

    /// Has it neither block nor hold small pieces back.
    static func prepare(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var option: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &option, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Has its closing be an error for the other end, rather than the end of the stream.
    static func resetOnClose(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

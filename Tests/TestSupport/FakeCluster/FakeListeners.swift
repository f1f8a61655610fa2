import Foundation

/// Listens on one port of all addresses of this machine's own, `127.0.0.0/8`, and of `::1` where there is one.
struct FakeListeners: ~Copyable {
    let descriptors: [Int32]
    let port: Int

    /// How many connections may come before they are accepted.
    private static let backlog: Int32 = 4096

    /// - Throws: ``FaultProxy/CannotListen``
    init() throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        // The address of all: a listener for each node would take a descriptor each.
        guard let listener = LoopbackSocket.listen(AF_INET, &address, backlog: Self.backlog) else {
            throw FaultProxy.CannotListen(code: errno)
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutableBytes(of: &address) { bytes in
            getsockname(listener, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
        }
        port = Int(UInt16(bigEndian: address.sin_port))

        var address6 = sockaddr_in6()
        address6.sin6_family = sa_family_t(AF_INET6)
        address6.sin6_port = address.sin_port
        address6.sin6_addr = in6addr_loopback
        let listener6 = LoopbackSocket.listen(AF_INET6, &address6, backlog: Self.backlog)
        descriptors = [listener] + (listener6.map { [$0] } ?? [])
        for descriptor in descriptors { LoopbackSocket.prepare(descriptor) }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// The node that a connection was made to; nil for an address that is none's.
    static func node(of descriptor: Int32) -> Int? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &storage) { bytes in
            let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            guard getsockname(descriptor, pointer, &length) == 0 else { return nil }
            let isIPv6 = Int32(bytes.load(as: sockaddr.self).sa_family) == AF_INET6
            if isIPv6 { return FakeCluster.nodeOfIPv6 }
            let address = bytes.load(as: sockaddr_in.self).sin_addr.s_addr
            return FakeCluster.Node(ipv4: UInt32(bigEndian: address))?.index
        }
    }
}

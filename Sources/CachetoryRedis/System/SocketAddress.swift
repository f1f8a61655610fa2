import CachetorySmallFoundation

/// An address that a socket can connect to.
package struct SocketAddress: Sendable {
    package let family: Int32
    private let storage: sockaddr_storage
    private let length: socklen_t

    /// The address of a Unix socket; nil if the path is empty, has a NUL or is longer than the system's limit.
    package init?(unixSocketPath path: String) {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard !bytes.isEmpty, bytes.count < capacity, !bytes.contains(0) else { return nil }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        self.init(copying: &address, length: MemoryLayout<sockaddr_un>.size, family: AF_UNIX)
    }

    private init(copying source: UnsafeRawPointer, length: Int, family: Int32) {
        var storage = sockaddr_storage()
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: source, count: min(length, $0.count)))
        }
        self.storage = storage
        self.length = socklen_t(length)
        self.family = family
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body($0.assumingMemoryBound(to: sockaddr.self).baseAddress!, length) }
    }

    /// The address that an IP address is; nil for a name, which has to be looked up. Asks nobody.
    ///
    /// C: `getaddrinfo(AI_NUMERICHOST)`
    package init?(literal host: String, port: Int) {
        guard let address = try? Self.resolve(host: host, port: port, flags: Int32(AI_NUMERICHOST)).first else {
            return nil
        }
        self = address
    }

    /// All addresses of a host, in the system's order of preference (RFC 6724). Blocks as long as the resolver takes; see
    /// ``HostResolver`` for one that keeps to a deadline.
    ///
    /// C: `getaddrinfo`
    package static func resolve(
        host: String, port: Int, flags: Int32 = 0
    ) throws(ResolutionError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        hints.ai_flags = Int32(AI_NUMERICSERV) | flags
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &first)
        guard code == 0 else {
            // Such as that there is no descriptor left.
            let reason = code == EAI_SYSTEM ? Errno.current.description : String(cString: gai_strerror(code))
            throw ResolutionError(host: host, reason: reason)
        }
        defer { freeaddrinfo(first) }
        return sequence(first: first, next: { $0?.pointee.ai_next }).compactMap { entry in
            guard let entry = entry?.pointee, let address = entry.ai_addr else { return nil }
            return SocketAddress(copying: address, length: Int(entry.ai_addrlen), family: entry.ai_family)
        }
    }
}

/// Why a host name has no address.
package struct ResolutionError: Error, Sendable, Hashable {
    package let host: String
    package let reason: String

    package init(host: String, reason: String) {
        self.host = host
        self.reason = reason
    }
}

extension ResolutionError: CustomStringConvertible {
    package var description: String { "the host \(host) has no address: \(reason)" }
}

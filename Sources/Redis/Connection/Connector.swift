import SmallFoundation

/// Makes the socket of a connection. Blocks, for no longer than until the deadline but for the system's resolver.
enum Connector {
    /// A connected socket that does not block.
    static func connect(_ configuration: RedisConfiguration, until deadline: Timestamp) throws(RedisError) -> Socket {
        switch configuration.address {
        case .tcp(let host, let port):
            try connect(host: host, port: port, configuration, until: deadline)
        case .unixSocket(let path):
            try connect(path: path, configuration, until: deadline)
        }
    }

    /// Tries all addresses in the system's order. Each has an equal share of the time that is left.
    private static func connect(
        host: String, port: Int, _ configuration: RedisConfiguration, until deadline: Timestamp
    ) throws(RedisError) -> Socket {
        let addresses: [SocketAddress]
        do {
            addresses = try SocketAddress.resolve(host: host, port: port)
        } catch {
            throw .connectFailed(address: "\(configuration.address)", reason: error.reason)
        }
        return try connect(addresses, configuration, until: deadline)
    }

    /// Connects to the first address that lets it.
    static func connect(
        _ addresses: [SocketAddress], _ configuration: RedisConfiguration, until deadline: Timestamp
    ) throws(RedisError) -> Socket {
        var lastReason = "the host has no address"
        for (index, address) in addresses.enumerated() {
            let now = Timestamp.now
            let share = max(0, deadline - now) / Int64(addresses.count - index)
            do {
                let socket = try Socket.open(family: address.family)
                try socket.connect(to: address, until: now + .nanoseconds(share))
                try socket.disableDelay()
                if configuration.keepAlive { try socket.enableKeepAlive() }
                return socket
            } catch {
                lastReason = error.description
            }
        }
        throw .connectFailed(address: "\(configuration.address)", reason: lastReason)
    }

    private static func connect(
        path: String, _ configuration: RedisConfiguration, until deadline: Timestamp
    ) throws(RedisError) -> Socket {
        do {
            guard let address = SocketAddress(unixSocketPath: path) else { throw Errno(code: ENAMETOOLONG) }
            let socket = try Socket.open(family: address.family)
            try socket.connect(to: address, until: deadline)
            return socket
        } catch {
            throw .connectFailed(address: "\(configuration.address)", reason: "\(error)")
        }
    }
}

extension Socket {
    /// Connects within a deadline.
    fileprivate borrowing func connect(to address: SocketAddress, until deadline: Timestamp) throws(Errno) {
        if address.family == AF_UNIX {
            // A listener with a full queue makes a Unix socket that does not block fail, with nothing to wait for.
            try setBlocking(true, timeout: .nanoseconds(max(1_000, deadline - .now)))
            do { try connect(to: address) } catch { throw error.isWouldBlock ? .timedOut : error }
            return try setBlocking(false, timeout: nil)
        }
        do {
            try connect(to: address)
        } catch let error where error.code == EINPROGRESS || error.code == EINTR {
            _ = try wait(for: .writable, until: deadline)
            try takeError()
        }
    }
}

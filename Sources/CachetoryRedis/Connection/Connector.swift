import CachetorySmallFoundation

/// Makes the socket of a connection. Blocks, for no longer than until the deadline.
enum Connector {
    /// A connected socket that does not block.
    static func connect(_ configuration: RedisClientConfiguration, until deadline: Timestamp) throws(RedisCallError)
        -> Socket
    {
        switch configuration.address {
        case .tcp(let host, let port):
            try connect(host: host, port: port, configuration, until: deadline)
        case .unixSocket(let path):
            try connect(path: path, configuration, until: deadline)
        }
    }

    /// Tries all addresses in the system's order. Each has an equal share of the time that is left.
    private static func connect(
        host: String, port: Int, _ configuration: RedisClientConfiguration, until deadline: Timestamp
    ) throws(RedisCallError) -> Socket {
        let addresses: [SocketAddress]
        do {
            addresses = try configuration.resolver.addresses(of: host, port: port, until: deadline)
        } catch {
            throw .connectFailed(address: "\(configuration.address)", reason: error.reason)
        }
        return try connect(addresses, configuration, until: deadline)
    }

    /// Connects to the first address that lets it.
    static func connect(
        _ addresses: [SocketAddress], _ configuration: RedisClientConfiguration, until deadline: Timestamp
    ) throws(RedisCallError) -> Socket {
        var lastReason = "the host has no address"
        for (index, address) in addresses.enumerated() {
            let now = Timestamp.now
            let share = max(0, deadline - now) / Int64(addresses.count - index)
            do {
                let socket = try Socket.open(family: address.family)
                try socket.connect(to: address, until: now + .nanoseconds(share))
                try socket.disableDelay()
                try socket.watchPeer(configuration)
                return socket
            } catch {
                lastReason = error.description
            }
        }
        throw .connectFailed(address: "\(configuration.address)", reason: lastReason)
    }

    private static func connect(
        path: String, _ configuration: RedisClientConfiguration, until deadline: Timestamp
    ) throws(RedisCallError) -> Socket {
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
        if address.family == AF_UNIX { return try connectUnix(to: address, until: deadline) }
        do {
            try connect(to: address)
        } catch let error where error.code == EINPROGRESS || error.code == EINTR {
            _ = try wait(for: .writable, until: deadline)
            try takeError()
        }
    }

    /// A listener with a full queue makes a Unix socket that does not block fail, with nothing to wait for: so it blocks. A
    /// signal ends the wait, and nothing has happened then.
    private borrowing func connectUnix(to address: SocketAddress, until deadline: Timestamp) throws(Errno) {
        while true {
            let time = deadline - .now
            if time <= 0 { throw .timedOut }
            try setBlocking(true, timeout: .nanoseconds(time))
            do {
                try connect(to: address)
                return try setBlocking(false, timeout: nil)
            } catch let error where error.isInterrupt {
                continue
            } catch {
                throw error.isWouldBlock ? .timedOut : error
            }
        }
    }

    /// Has the system notice a peer that is gone without a word.
    fileprivate borrowing func watchPeer(_ configuration: RedisClientConfiguration) throws(Errno) {
        if configuration.keepAlive {
            try enableKeepAlive(
                idle: configuration.keepAliveIdle, interval: configuration.keepAliveInterval,
                count: configuration.keepAliveCount)
        }
        if let timeout = configuration.unacknowledgedTimeout { try setUnacknowledgedTimeout(timeout) }
    }
}

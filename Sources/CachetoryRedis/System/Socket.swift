import CachetorySmallFoundation

/// A stream socket, closed with the value that owns it. One system call a method.
package struct Socket: ~Copyable, Sendable {
    package let descriptor: Int32

    private init(owning descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// A new socket that does not block and is not inherited by child processes: where the system can, by the call which
    /// makes it, so that a child that another thread starts in the same moment does not inherit it either.
    ///
    /// C: `socket(SOCK_CLOEXEC | SOCK_NONBLOCK)`
    package static func open(family: Int32) throws(Errno) -> Socket {
        #if canImport(Darwin)
            let opened = Socket(owning: try retryingInterrupts { socket(family, SOCK_STREAM, 0) })
            try opened.setFlag(command: F_SETFD, FD_CLOEXEC)
            try opened.setFlag(command: F_SETFL, O_NONBLOCK)
            try opened.setOption(SOL_SOCKET, SO_NOSIGPIPE, 1)
            return opened
        #else
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            return Socket(owning: try retryingInterrupts { socket(family, type, 0) })
        #endif
    }

    deinit {
        close(descriptor)
    }

    /// Starts to connect; `EINPROGRESS` where that goes on by itself.
    ///
    /// C: `connect`
    package borrowing func connect(to address: SocketAddress) throws(Errno) {
        let descriptor = descriptor
        let result = address.withPointer { address, length in
            cConnect(descriptor, address, length)
        }
        if result != 0 { throw Errno.current }
    }

    /// Takes the error that an attempt to connect ended with, if any.
    ///
    /// C: `getsockopt(SO_ERROR)`
    package borrowing func takeError() throws(Errno) {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        if getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) != 0 { throw Errno.current }
        if code != 0 { throw Errno(code: code) }
    }

    /// Writes as much as the kernel has room for, and says how much that was.
    ///
    /// C: `send`
    package borrowing func send(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Int {
        let descriptor = descriptor
        return try retryingInterrupts { cSend(descriptor, bytes.baseAddress, bytes.count) }
    }

    /// Writes as much of three pieces, one behind the other, as the kernel has room for, and says how much that was.
    ///
    /// C: `sendmsg`
    package borrowing func send(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, _ third: UnsafeRawBufferPointer
    ) throws(Errno) -> Int {
        let descriptor = descriptor
        var pieces = (iovec(first), iovec(second), iovec(third))
        return try withUnsafeMutableBytes(of: &pieces) { pieces throws(Errno) in
            var message = msghdr()
            message.msg_iov = pieces.assumingMemoryBound(to: iovec.self).baseAddress
            message.msg_iovlen = 3
            return try retryingInterrupts { sendmsg(descriptor, &message, sendFlags) }
        }
    }

    /// Reads what has arrived, at most as much as there is room for; 0 at the end of the stream.
    ///
    /// C: `recv`
    package borrowing func receive(into room: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        let descriptor = descriptor
        return try retryingInterrupts { recv(descriptor, room.baseAddress, room.count, dontWait) }
    }

    /// Waits for bytes, if there are none, for as long as ``setBlocking(_:timeout:)`` says, and reads them.
    ///
    /// A signal ends the wait (``Errno/isInterrupt``): to wait again from here would be to wait for the whole timeout once
    /// more, and so for ever where signals come more often.
    ///
    /// C: `recv`
    package borrowing func waitAndReceive(into room: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
        let count = recv(descriptor, room.baseAddress, room.count, 0)
        if count < 0 { throw Errno.current }
        return count
    }

    /// Has ``connect(to:)`` and ``waitAndReceive(into:)`` wait, at most for a timeout; nil waits for ever. The other
    /// methods never do.
    ///
    /// C: `fcntl(O_NONBLOCK)`, `setsockopt(SO_RCVTIMEO, SO_SNDTIMEO)`
    package borrowing func setBlocking(_ isBlocking: Bool, timeout: Duration?) throws(Errno) {
        try setFlag(command: F_SETFL, isBlocking ? 0 : O_NONBLOCK)
        // Zero means for ever to the system, so a timeout is rounded up to whole microseconds.
        let nanoseconds = timeout.map { max(1, $0.nanoseconds) } ?? 0
        let microseconds = nanoseconds / 1_000 + (nanoseconds % 1_000 == 0 ? 0 : 1)
        // A `timeval`, whose members are not visible where another module of the toolchain happens to define it first.
        var value = (seconds: Int(microseconds / 1_000_000), microseconds: Int(microseconds % 1_000_000))
        let length = socklen_t(MemoryLayout.size(ofValue: value))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] where setsockopt(descriptor, SOL_SOCKET, option, &value, length) != 0 {
            throw Errno.current
        }
    }

    /// Ends the stream both ways. The descriptor stays valid, so another thread may be in a call on it.
    ///
    /// C: `shutdown`
    package borrowing func shutdown() {
        _ = cShutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Waits until the socket is ready for one of the events, at most until the deadline.
    ///
    /// - Throws: ``Errno/timedOut`` once the deadline has passed, ready or not: a peer that always has something to say must
    ///   not keep its caller in a loop.
    ///
    /// C: `poll`
    package borrowing func wait(for events: Readiness, until deadline: Timestamp) throws(Errno) -> Readiness {
        var entry = pollfd(fd: descriptor, events: events.pollEvents, revents: 0)
        while true {
            let now = Timestamp.now
            if now >= deadline { throw Errno.timedOut }
            let result = poll(&entry, 1, pollTimeout(from: now, to: deadline))
            if result > 0 { return Readiness(pollEvents: entry.revents) }
            if result < 0, errno != EINTR { throw Errno.current }
        }
    }

    /// What the socket is ready for now.
    ///
    /// C: `poll`
    package borrowing func readiness(for events: Readiness) -> Readiness {
        var entry = pollfd(fd: descriptor, events: events.pollEvents, revents: 0)
        return poll(&entry, 1, 0) > 0 ? Readiness(pollEvents: entry.revents) : []
    }

    /// Sends small writes at once instead of gathering them: commands are gathered before they are written.
    ///
    /// C: `setsockopt(TCP_NODELAY)`
    package borrowing func disableDelay() throws(Errno) {
        try setOption(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    /// Has the kernel probe an idle connection, so that a peer that vanished is noticed.
    ///
    /// C: `setsockopt(SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT)`
    package borrowing func enableKeepAlive(idle: Duration, interval: Duration, count: Int) throws(Errno) {
        #if canImport(Darwin)
            let idleOption = TCP_KEEPALIVE
        #else
            let idleOption = TCP_KEEPIDLE
        #endif
        let tcp = Int32(IPPROTO_TCP)
        try setOption(tcp, idleOption, idle.roundedUp(to: 1_000_000_000))
        try setOption(tcp, TCP_KEEPINTVL, interval.roundedUp(to: 1_000_000_000))
        try setOption(tcp, TCP_KEEPCNT, Int32(count))
        try setOption(SOL_SOCKET, SO_KEEPALIVE, 1)
    }

    /// Has the kernel give the connection up where the peer does not acknowledge for so long what was sent.
    ///
    /// C: `setsockopt(TCP_USER_TIMEOUT)`, where there is one
    package borrowing func setUnacknowledgedTimeout(_ timeout: Duration) throws(Errno) {
        #if os(Linux)
            try setOption(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, timeout.roundedUp(to: 1_000_000))
        #endif
    }

    /// The value of a socket option.
    ///
    /// C: `getsockopt`
    package borrowing func option(_ level: Int32, _ name: Int32) throws(Errno) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        if getsockopt(descriptor, level, name, &value, &length) != 0 { throw Errno.current }
        return value
    }

    private borrowing func setOption(_ level: Int32, _ name: Int32, _ value: Int32) throws(Errno) {
        var value = value
        let length = socklen_t(MemoryLayout<Int32>.size)
        if setsockopt(descriptor, level, name, &value, length) != 0 { throw Errno.current }
    }

    private borrowing func setFlag(command: Int32, _ flag: Int32) throws(Errno) {
        if fcntl(descriptor, command, flag) == -1 { throw Errno.current }
    }
}

// The C functions that share a name with a method above, which would hide them there.

private func cConnect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(descriptor, address, length)
}

private func cShutdown(_ descriptor: Int32, _ how: Int32) -> Int32 {
    shutdown(descriptor, how)
}

private func cSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    send(descriptor, bytes, count, sendFlags)
}

extension Duration {
    /// How many units of so many nanoseconds, one at least.
    fileprivate func roundedUp(to unit: Int64) -> Int32 {
        let nanoseconds = max(1, nanoseconds)
        return Int32(clamping: nanoseconds / unit + (nanoseconds % unit == 0 ? 0 : 1))
    }
}

extension iovec {
    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
        self.init(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}

#if canImport(Darwin)
    private let sendFlags = dontWait  // SO_NOSIGPIPE is set
#else
    private let sendFlags = dontWait | Int32(MSG_NOSIGNAL)
#endif

/// Never wait in this call, even where the socket may.
private let dontWait = Int32(MSG_DONTWAIT)

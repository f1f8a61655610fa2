import Foundation

/// An open file descriptor with one owner, closed at the end of its owner's life.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    init(owning number: Int32) {
        self.number = number
    }

    deinit {
        _ = close(number)
    }

    /// Waits until there is something to read, the end included.
    ///
    /// - Returns: whether there was, before the time was over.
    func isReadable(within time: Duration) -> Bool {
        let deadline = ContinuousClock.now + time
        while true {
            var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            let count = poll(&entry, 1, (deadline - ContinuousClock.now).milliseconds)
            if count > 0 { return true }
            if count == 0 || errno != EINTR { return false }
        }
    }
}

extension Descriptor {
    /// Connects to a unix socket; nil if nobody listens there, or takes no connection in time.
    ///
    /// - Parameter patience: how long a call on the socket may take, in whole seconds.
    static func connected(to path: String, patience: Duration) throws(LocalServerError) -> Descriptor? {
        let number = socket(AF_UNIX, SocketKind.stream, 0)
        guard number >= 0 else { throw .system(call: "socket", code: errno) }
        let socket = Descriptor(owning: number)
        var patience = timeval(tv_sec: Int(patience.components.seconds), tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = setsockopt(number, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { target in
            guard bytes.count < target.count else { return false }
            target.copyBytes(from: bytes)
            return true
        }
        guard fits else { return nil }
        let isConnected = withUnsafeBytes(of: address) { raw in
            let pointer = raw.assumingMemoryBound(to: sockaddr.self).baseAddress
            return connect(number, pointer, socklen_t(raw.count)) == 0
        }
        if isConnected { return socket }
        return nil
    }
}

/// Two connected ends, each of which becomes readable when no process holds the other one any more.
///
/// A pair of sockets, since what `pipe` opens stays open in a child that another thread starts in the same moment.
struct DescriptorPair: ~Copyable {
    let near: Descriptor
    let far: Descriptor

    init() throws(LocalServerError) {
        var numbers: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, SocketKind.stream, 0, &numbers) == 0 else {
            throw .system(call: "socketpair", code: errno)
        }
        near = Descriptor(owning: numbers[0])
        far = Descriptor(owning: numbers[1])
    }
}

enum SocketKind {
    #if os(Linux)
        static let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    #else
        static let stream = SOCK_STREAM
    #endif
}

extension Duration {
    /// Whole milliseconds for `poll`, rounded up so that a short rest is not polled for in a loop.
    fileprivate var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let attosecondsPerMillisecond: Int64 = 1_000_000_000_000_000
        let fraction = (attoseconds + attosecondsPerMillisecond - 1) / attosecondsPerMillisecond
        return Int32(clamping: min(seconds, 1_000_000) * 1000 + fraction)
    }
}

/// The large requests in flight on a connection, by their bytes: for the pool, which gives them connections of their own.
/// Small ones are counted by it already.
package struct LargeRequests: Sendable {
    /// From so many bytes on a request is large.
    package static let leastSize = 8 * 1024

    /// With so many of these bytes in flight, another connection is used as well: a system call for as much is well spent,
    /// and large values are written, and read by the server, side by side. More of a single request does not count, for
    /// it goes over one connection.
    package static let connectionShare = 512 * 1024

    /// Behind a request of so many bytes nothing is written until its reply: where a server refuses it for its size, it
    /// closes the connection, and what becomes of all that was written behind it would not be known. `proto-max-bulk-len` and
    /// `client-query-buffer-limit` are 1 MB at least, so no smaller request is refused.
    package static let aloneSize = 1 << 20

    /// From so many bytes on a request is encoded before the connection's lock is taken.
    package static let encodedAheadSize = 32 * 1024

    package private(set) var bytes = 0

    package init() {}

    package mutating func add(_ size: Int) {
        bytes += Self.counted(size)
    }

    package mutating func remove(_ size: Int) {
        bytes -= Self.counted(size)
    }

    private static func counted(_ size: Int) -> Int {
        size < leastSize ? 0 : min(size, connectionShare)
    }
}

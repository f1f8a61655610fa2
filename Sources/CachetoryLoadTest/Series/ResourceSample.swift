/// What a process holds at a moment; nil is what the system does not tell.
struct ResourceSample: Sendable, Equatable {
    /// Resident memory in bytes.
    var memory: Int?
    /// Open file descriptors.
    var descriptors: Int?
    var threads: Int?
    /// The server's connections, without those that only look at it.
    var connections: Int?
}

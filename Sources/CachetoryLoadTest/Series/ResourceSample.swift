/// What a process holds at a moment; nil is what the system does not tell.
struct ResourceSample: Sendable, Equatable {
    /// Resident memory in bytes.
    var memory: Int?
    /// Open file descriptors.
    var descriptors: Int?
    var threads: Int?
    /// Connections that the server has, without those which only look at it.
    var connections: Int?
}

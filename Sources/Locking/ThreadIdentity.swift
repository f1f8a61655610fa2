import SmallFoundation

/// Which thread it is. The system may give the identity of a thread that has ended to a new one.
package struct ThreadIdentity: Hashable, Sendable {
    private let handle: UInt

    /// The calling thread's.
    ///
    /// C: `pthread_self`
    package static var current: ThreadIdentity {
        #if canImport(Darwin) || canImport(Musl)
            ThreadIdentity(handle: UInt(bitPattern: pthread_self()))
        #else
            ThreadIdentity(handle: UInt(pthread_self()))
        #endif
    }
}

import Foundation

/// Takes the next connection of a listener, which no child process inherits; -1 for an error.
///
/// C: `accept4(SOCK_CLOEXEC)`, or `accept` where there is no such function
package func acceptConnection(_ listener: Int32) -> Int32 {
    #if os(Linux)
        if let accept4 { return accept4(listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue)) }
    #endif
    let descriptor = accept(listener, nil, nil)
    if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    return descriptor
}

#if os(Linux)
    private typealias Accept =
        @convention(c) (Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32) -> Int32

    /// Looked up, as the headers show it only to programs that ask for all of GNU's.
    private let accept4: Accept? = {
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "accept4") else { return nil }
        return unsafeBitCast(symbol, to: Accept.self)
    }()
#endif

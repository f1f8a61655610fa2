import CachetorySmallFoundation

/// A C library of the system, loaded while the program runs, so that nothing has to be installed to build it.
///
/// ```
/// let library = try SystemLibrary("zlib", files: ["libz.so.1", "libz.so"], install: "zlib1g (Debian, Ubuntu)")
/// let version = try library.function("zlibVersion", as: (@convention(c) () -> UnsafePointer<CChar>?).self)
/// ```
///
/// A library stays loaded until the process ends: functions that were looked up are never left dangling.
package struct SystemLibrary {
    /// The library's own name, for messages.
    package let name: String

    private let handle: UnsafeMutableRawPointer

    /// Loads the first of some files that the dynamic linker finds.
    ///
    /// - Parameters:
    ///   - name: The library's own name, for messages.
    ///   - files: The names to try in order, the one that promises a stable ABI first (`libz.so.1` before `libz.so`).
    ///   - install: The packages that bring it, for the message of the error.
    /// - Throws: ``SystemLibraryError/notFound(library:install:reason:)``.
    package init(_ name: String, files: [String], install: String) throws(SystemLibraryError) {
        var reason = "no file name was given"
        for file in files {
            if let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) {
                self.name = name
                self.handle = handle
                return
            }
            reason = Self.lastError()
        }
        throw .notFound(library: name, install: install, reason: reason)
    }

    /// Looks a function up.
    ///
    /// The linker knows addresses, not types: `type` has to be what the library's header declares.
    ///
    /// - Parameters:
    ///   - symbol: The function's name.
    ///   - type: The function's type, a `@convention(c)` one.
    /// - Throws: ``SystemLibraryError/missingFunction(_:library:)``, mostly because the library is too old.
    package func function<Function>(_ symbol: String, as type: Function.Type) throws(SystemLibraryError) -> Function {
        precondition(
            MemoryLayout<Function>.size == MemoryLayout<UnsafeMutableRawPointer>.size,
            "a C function's address is one pointer; the type lacks @convention(c)"
        )
        guard let address = dlsym(handle, symbol) else {
            throw .missingFunction(symbol, library: name)
        }
        return unsafeBitCast(address, to: type)
    }

    /// What the dynamic linker says about the last failure on this thread.
    private static func lastError() -> String {
        guard let message = dlerror() else { return "the dynamic linker gave no reason" }
        return String(cString: message)
    }
}

import CachetorySystemLibraries
import Testing

@Suite struct SystemLibraryTests {
    private typealias Length = @convention(c) (UnsafePointer<CChar>) -> Int

    #if os(macOS)
        private static let standardLibrary = "libSystem.dylib"
    #else
        private static let standardLibrary = "libc.so.6"
    #endif

    @Test func `a function of a loaded library can be called`() throws {
        let library = try SystemLibrary("C", files: [Self.standardLibrary], install: "an operating system")
        let length = try library.function("strlen", as: Length.self)
        #expect(length("four") == 4)
    }

    @Test func `a missing file makes way for the next name`() throws {
        let files = ["libno-such-library.so.1", Self.standardLibrary]
        let library = try SystemLibrary("C", files: files, install: "an operating system")
        #expect(library.name == "C")
    }

    @Test func `a missing library names the package to install and the linker's reason`() {
        let error = #expect(throws: SystemLibraryError.self) {
            _ = try SystemLibrary("Nonesuch", files: ["libno-such-library.so.1"], install: "nonesuch (Debian)")
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("Nonesuch could not be loaded: "))
        #expect(text.contains("libno-such-library.so.1"))
        #expect(text.hasSuffix("install nonesuch (Debian)"))
    }

    @Test func `a missing function is an error`() throws {
        let library = try SystemLibrary("C", files: [Self.standardLibrary], install: "an operating system")
        #expect(throws: SystemLibraryError.missingFunction("no_such_function", library: "C")) {
            _ = try library.function("no_such_function", as: Length.self)
        }
    }
}

import Foundation

/// A new folder that only this user may enter.
enum TemporaryFolder {
    /// The shortest limit of a unix socket's path among systems (104 on macOS, 108 on Linux), less the socket's name.
    private static let longestPath = 90

    /// Makes a folder in the user's temporary folder, or in `/tmp` where that one's path is too long for a socket.
    static func make() throws(LocalServerError) -> String {
        var path = FileManager.default.temporaryDirectory.appendingPathComponent(template).path
        if path.utf8.count > longestPath { path = "/tmp/\(template)" }
        guard let folder = make(path) else { throw .system(call: "mkdtemp \(path)", code: errno) }
        return folder
    }

    /// Makes a folder in memory, for small files that a server writes again and again and waits until they are on the disk;
    /// nil where the system has none.
    static func makeInMemory() -> String? {
        make("/dev/shm/\(template)")
    }

    private static let template = "cachetory-server-XXXXXX"

    private static func make(_ path: String) -> String? {
        var bytes = path.utf8CString.map { $0 }
        guard mkdtemp(&bytes) != nil else { return nil }
        return bytes.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}

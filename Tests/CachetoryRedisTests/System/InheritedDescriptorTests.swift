import CachetoryLocking
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What child processes get of the sockets that are made in the moment at which they start.
@Suite(.timeLimit(.minutes(2))) struct InheritedDescriptorTests {
    private static let children = 300

    @Test func `no child process inherits a socket that is just being made`() async throws {
        let made = Lock<Set<UInt64>>([])
        let hasEnded = Switch()
        let makers = Task {
            try await onThreads(2) { _ in
                while !hasEnded.isOn {
                    let socket = try Socket.open(family: AF_UNIX)
                    var status = stat()
                    fstat(socket.descriptor, &status)
                    made.withLock { _ = $0.insert(UInt64(status.st_ino)) }
                    _ = try PortablePoller()
                }
            }
        }
        let inherited = try await onThread { try Self.inodesInChildren() }
        hasEnded.turnOn()
        try await makers.value
        let shared = made.withLock { $0.intersection(inherited) }
        #expect(shared.isEmpty)
    }

    /// The numbers of all sockets that children have, each of which lists its own.
    private static func inodesInChildren() throws -> Set<UInt64> {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { unlink(file) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 1, file, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for _ in 0..<children {
            var id: pid_t = 0
            let words: [String] = ["/bin/ls", "-l", "/proc/self/fd"]
            var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
            defer { arguments.forEach { free($0) } }
            let code = posix_spawn(&id, "/bin/ls", &actions, nil, &arguments, environ)
            guard code == 0 else { throw Errno(code: code) }
            while waitpid(id, nil, 0) < 0 && errno == EINTR {}
        }
        let lists = try String(contentsOfFile: file, encoding: .utf8)
        #expect(lists.contains("/proc/"), "it lists something")
        return Set(lists.matches(of: /socket:\[(\d+)\]/).compactMap { UInt64($0.1) })
    }
}

import Foundation

/// What `posix_spawn` does in the child before the program starts.
struct SpawnActions: ~Copyable {
    #if canImport(Darwin)
        private var actions: posix_spawn_file_actions_t?
        private var attributes: posix_spawnattr_t?
    #else
        private var actions = posix_spawn_file_actions_t()
        private var attributes = posix_spawnattr_t()
    #endif

    init() {
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
    }

    deinit {
        // Destroying takes a mutable pointer, which a deinit has no variable for: a copy of the handle will do.
        var (actions, attributes) = (actions, attributes)
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }

    mutating func duplicate(_ descriptor: Int32, as number: Int32) {
        posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    }

    mutating func open(_ path: String, _ flags: Int32, as number: Int32) {
        posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o600)
    }

    /// Closes what the parent has open beyond a number and did not mark to be closed in children.
    ///
    /// Where the system can, that is at the moment at which the program starts. Otherwise what another thread opens meanwhile
    /// stays open in the child, and who waits for the end of that waits for the child.
    mutating func closeAll(after number: Int32) {
        if let closeFrom = Self.closeFrom {
            _ = closeFrom(&actions, number + 1)
            return
        }
        #if os(Linux)
            let folder = "/proc/self/fd"
        #else
            let folder = "/dev/fd"
        #endif
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for descriptor in names.compactMap({ Int32($0) }) where descriptor > number {
            guard fcntl(descriptor, F_GETFD) & FD_CLOEXEC == 0 else { continue }
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
    }

    #if canImport(Darwin)
        private typealias Actions = posix_spawn_file_actions_t?
    #else
        private typealias Actions = posix_spawn_file_actions_t
    #endif

    /// Looked up, as the headers show it only to programs that ask for all of GNU's.
    private static let closeFrom: (@convention(c) (UnsafeMutablePointer<Actions>, Int32) -> Int32)? = {
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "posix_spawn_file_actions_addclosefrom_np") else { return nil }
        return unsafeBitCast(symbol, to: (@convention(c) (UnsafeMutablePointer<Actions>, Int32) -> Int32).self)
    }()

    consuming func spawn(
        _ executable: String, _ arguments: [String], environment: [String], group: pid_t
    ) throws(LocalServerError) -> pid_t {
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, group)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)

        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, executable, &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw .system(call: "posix_spawn \(executable)", code: code) }
        return id
    }
}

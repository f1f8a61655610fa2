import Foundation

/// A child process, which is to be waited for exactly once.
struct ChildProcess: ~Copyable, Sendable {
    let id: pid_t

    /// Starts a program with the parent's environment, default signals and no open files but these: nothing to read,
    /// output into a file, and one inherited descriptor.
    ///
    /// - Parameters:
    ///   - group: the process group to join; 0 makes a new one. A group of its own keeps a terminal's Ctrl-C away.
    ///   - inherited: the descriptor to pass on, and its number in the child. Passed as 0 it is what the child reads.
    init(
        _ executable: String, _ arguments: [String], group: pid_t, inherited: (descriptor: Int32, number: Int32),
        output: String
    ) throws(LocalServerError) {
        var actions = SpawnActions()
        // First of all: the other ones open by path, so none of them can overwrite what is still to be passed on.
        actions.duplicate(inherited.descriptor, as: inherited.number)
        if inherited.number != 0 { actions.open("/dev/null", O_RDONLY, as: 0) }
        actions.open(output, O_WRONLY | O_CREAT | O_APPEND, as: 1)
        actions.duplicate(1, as: 2)
        actions.closeAll(after: max(2, inherited.number))
        let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        id = try actions.spawn(executable, [executable] + arguments, environment: environment, group: group)
    }

    func signal(_ number: Int32) {
        _ = kill(id, number)
    }

    /// Waits for the end and forgets the process, whose id may then be given to another one.
    consuming func wait() {
        while waitpid(id, nil, 0) < 0 && errno == EINTR {}
    }
}

import Foundation

/// A process that ends the server when this one is gone, however that happened.
///
/// It is a shell that waits for the end of what it reads, which comes when the last process that could write is gone:
/// the kernel closes descriptors even of a process that was killed. Then it removes the folder and kills its own
/// process group, of which it is the leader and which the server joins; as it is a member itself, the group's id cannot
/// have passed to anybody else.
struct Watchdog: ~Copyable, Sendable {
    private let shell: ChildProcess
    private let leash: Descriptor

    /// The process group for the server.
    var group: pid_t { shell.id }

    init(folder: String) throws(LocalServerError) {
        let pair = try DescriptorPair()
        let script = #"read -r _; /bin/rm -rf -- "$1"; kill -KILL 0"#
        shell = try ChildProcess(
            "/bin/sh", ["-c", script, "watchdog", folder], group: 0, inherited: (pair.far.number, 0),
            output: "/dev/null")
        leash = pair.near
    }

    /// Lets it do its work now: the folder and every process of the group are gone when it returns.
    consuming func release() {
        _ = consume leash
        shell.wait()
    }
}

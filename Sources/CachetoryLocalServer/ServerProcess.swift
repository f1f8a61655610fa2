import Foundation

/// The running server, with a descriptor that tells when it has ended.
struct ServerProcess: ~Copyable, Sendable {
    private let child: ChildProcess
    /// Its other end is open in the server alone, so it reads as ended when the server is gone.
    private let end: Descriptor

    var id: pid_t { child.id }

    init(_ executable: String, _ arguments: [String], group: pid_t, log: String) throws(LocalServerError) {
        let pair = try DescriptorPair()
        child = try ChildProcess(
            executable, arguments, group: group, inherited: (pair.far.number, 3), output: log)
        end = pair.near
    }

    func hasEnded(within time: Duration) -> Bool {
        end.isReadable(within: time)
    }

    func signal(_ number: Int32) {
        child.signal(number)
    }

    /// Ends the server at once, as a crash does.
    consuming func kill() {
        child.signal(SIGKILL)
        child.wait()
    }

    /// Asks the server to end, and ends it when it has not done so in time.
    consuming func terminate(within time: Duration) {
        child.signal(SIGTERM)
        // A suspended process gets no other signal.
        child.signal(SIGCONT)
        if !hasEnded(within: time) { child.signal(SIGKILL) }
        child.wait()
    }
}

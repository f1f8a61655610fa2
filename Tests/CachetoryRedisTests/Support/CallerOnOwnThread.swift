import CachetoryRESP
import CachetoryRedis
import Foundation

/// Makes calls on a thread outside the pool of those that tasks have.
actor CallerOnOwnThread {
    private let executor = OwnThreadExecutor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Waits for the switch, and makes a call.
    ///
    /// - Returns: its error.
    func error(of command: RESPCommand, _ pool: ConnectionPool, _ hasBegun: Switch) async -> RedisCallError? {
        while !hasBegun.isOn { usleep(100) }
        do {
            _ = try await pool.execute(command)
            return nil
        } catch {
            return error as? RedisCallError
        }
    }
}

private final class OwnThreadExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "own thread")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

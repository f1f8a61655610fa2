import CachetoryLocking
import Foundation

/// A private cluster of real servers for load tests and tests, which leaves nothing behind.
///
/// Its nodes listen on free ports of this machine and keep nothing on disk unless their arguments say so. All of them end
/// with ``stop()``, with this object, or with this process, even if that one is killed. Calls block the thread.
package final class LocalCluster: Sendable {
    package static let slotCount = 16_384

    let options: Options
    private let executable: String

    private struct State: ~Copyable {
        var nodes: [LocalClusterNode] = []
        /// How many nodes were started, so that each has a file of its own.
        var started = 0
        /// Where nodes keep what they know of the cluster; nil where there is no folder in memory, and once it is stopped.
        var files: FileFolder?

        init(files: consuming FileFolder?) {
            self.files = files
        }
    }

    /// Nodes write their files again with each change, and wait until they are on the disk, if it is one.
    private struct FileFolder: ~Copyable {
        let path: String
        private let watchdog: Watchdog

        init?() throws(LocalServerError) {
            guard let path = TemporaryFolder.makeInMemory() else { return nil }
            self.path = path
            do throws(LocalServerError) {
                watchdog = try Watchdog(folder: path)
            } catch {
                try? FileManager.default.removeItem(atPath: path)
                throw error
            }
        }

        consuming func remove() {
            watchdog.release()
        }
    }
    private let state: Lock<State>

    /// Starts a cluster and returns when it serves commands, blocking the thread meanwhile: for two seconds and a bit, as
    /// a primary that was just started takes no commands for two.
    package static func start(_ options: Options = Options()) throws(LocalServerError) -> LocalCluster {
        let cluster = try LocalCluster(options)
        do throws(LocalServerError) {
            try cluster.startNodes()
            try cluster.join()
            return cluster
        } catch {
            cluster.stop()
            throw error
        }
    }

    /// Starts a cluster and returns when it serves commands; it blocks no thread of the caller's executor.
    @concurrent
    package static func start(_ options: Options = Options()) async throws -> LocalCluster {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { () throws in try start(options) })
            }
        }
    }

    private init(_ options: Options) throws(LocalServerError) {
        self.options = options
        executable =
            if let path = options.searchPath { try ServerExecutable.find(searchPath: path) } else {
                try LocalRedisServer.program()
            }
        state = Lock(State(files: try FileFolder()))
    }

    deinit {
        stop()
    }

    /// Ends all nodes and removes their folders; the second time it does nothing.
    package func stop() {
        let nodes = nodes
        // Killed: a primary that is asked to end may wait for replicas that do not follow.
        for node in nodes { node.kill() }
        for node in nodes { node.server.stop() }
        state.withLock { $0.files.take()?.remove() }
    }

    /// Those that were started and not removed, whether they run or not: the primaries of the beginning, then their replicas,
    /// then those that were added.
    package var nodes: [LocalClusterNode] { state.withLock { $0.nodes } }

    /// Those that run and are not suspended.
    package var servingNodes: [LocalClusterNode] { nodes.filter(\.isServing) }

    /// The URL of the cluster, with the addresses of all nodes.
    package var url: String {
        let scheme = options.tls == nil ? "redis+cluster" : "rediss+cluster"
        return "\(scheme)://" + nodes.map(\.address).joined(separator: ",")
    }

    // MARK: Nodes

    private func startNodes() throws(LocalServerError) {
        for shard in 0..<options.primaries { try startNode(inShard: shard) }
        for shard in 0..<options.primaries {
            for _ in 0..<options.replicasPerPrimary { try startNode(inShard: shard) }
        }
    }

    /// Starts a node that knows of no other one.
    @discardableResult
    func startNode(inShard shard: Int) throws(LocalServerError) -> LocalClusterNode {
        var clientPort = 0
        let server = try LocalRedisServer.start(executable) { () throws(LocalServerError) in
            let tlsPort = try options.tls.map { _ throws(LocalServerError) in try LocalPort.findFreeForNode() }
            let port = try tlsPort == nil ? LocalPort.findFreeForNode() : LocalPort.findFree()
            clientPort = tlsPort ?? port
            return (port, options.arguments(tlsPort: tlsPort, file: nextFile()))
        }
        do throws(LocalServerError) {
            let node = try LocalClusterNode(
                server, host: options.host, port: clientPort, shard: shard, login: options.login)
            state.withLock { $0.nodes.append(node) }
            return node
        } catch {
            server.stop()
            throw error
        }
    }

    /// Where nodes keep what they know of the cluster; nil for their own folders, and once it is stopped.
    var fileFolder: String? { state.withLock { $0.files?.path } }

    private func nextFile() -> String? {
        state.withLock { state in
            state.started += 1
            guard let folder = state.files?.path else { return nil }
            return "\(folder)/nodes-\(state.started).conf"
        }
    }

    /// Forgets a node that is no member any more, and stops it.
    func discard(_ node: LocalClusterNode) {
        state.withLock { $0.nodes.removeAll { $0 == node } }
        node.kill()
        node.server.stop()
    }
}

/// One server of a ``LocalCluster``.
package final class LocalClusterNode: Sendable {
    /// With its plain port, unix socket, process and folder.
    package let server: LocalRedisServer
    package let host: String
    /// The one that clients are told: of a cluster with TLS it is not the server's plain port.
    package let port: Int
    /// The number of the shard that the node was started for. Its members replace each other.
    package let shard: Int
    /// The node's name in the cluster, of 40 hexadecimal digits.
    package let id: String

    private let login: ServerConversation.Login?

    init(
        _ server: LocalRedisServer, host: String, port: Int, shard: Int, login: ServerConversation.Login?
    ) throws(LocalServerError) {
        (self.server, self.host, self.port, self.shard, self.login) = (server, host, port, shard, login)
        var conversation = try ServerConversation.open(server.socketPath, login: login)
        id = try conversation.demand(["CLUSTER", "MYID"]).text ?? ""
    }

    /// Host and port, as in `127.0.0.1:20001` or `[::1]:20001`.
    package var address: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The process that serves now; nil while the node is killed or stopped.
    package var processID: Int32? { server.processID }

    /// Whether its process runs and is not suspended.
    package var isServing: Bool { server.isServing }

    // MARK: What it says

    func conversation() throws(LocalServerError) -> ServerConversation {
        try ServerConversation.open(server.socketPath, login: login)
    }

    /// Sends a command over the node's unix socket, on a connection of its own, and returns the reply, an error included.
    package func send(_ words: String...) throws(LocalServerError) -> LocalReply {
        try send(words)
    }

    package func send(_ words: [String]) throws(LocalServerError) -> LocalReply {
        var conversation = try conversation()
        return try conversation.ask(words)
    }

    /// Sends a command that must not be refused.
    @discardableResult
    func demand(_ words: String...) throws(LocalServerError) -> LocalReply {
        var conversation = try conversation()
        return try conversation.demand(words)
    }

    /// Whether it takes itself to be a primary.
    package func isPrimary() throws(LocalServerError) -> Bool {
        try demand("ROLE").list?.first?.text == "master"
    }

    /// What it thinks of the cluster.
    package func view() throws(LocalServerError) -> ClusterView {
        ClusterView(text: try demand("CLUSTER", "NODES").text ?? "")
    }

    /// How often a command has been called, such as `get`, or `cluster|slots`. Servers before Redis 7 count `cluster` only,
    /// and among those calls are this cluster's own.
    package func calls(of command: String) throws(LocalServerError) -> Int {
        try statistic("commandstats", "cmdstat_\(command):calls=")
    }

    /// How often it has answered with an error of a code, such as `MOVED`.
    package func errors(_ code: String) throws(LocalServerError) -> Int {
        try statistic("errorstats", "errorstat_\(code):count=")
    }

    /// The number behind the beginning of a line of `INFO`; 0 if there is no such line.
    private func statistic(_ section: String, _ beginning: String) throws(LocalServerError) -> Int {
        for line in (try demand("INFO", section).text ?? "").split(whereSeparator: \.isNewline)
        where line.hasPrefix(beginning) {
            return Int(line.dropFirst(beginning.count).prefix(while: \.isNumber)) ?? 0
        }
        return 0
    }

    // MARK: What is done to it

    /// Ends the node as a crash does.
    package func kill() { server.kill() }

    /// Starts the node again; one that still runs is killed first. It serves commands then, and may still have to be told
    /// what happened meanwhile: see ``LocalCluster/waitUntilSettled()``.
    package func restart() throws(LocalServerError) { try server.restart() }

    /// Halts the node, which keeps its connections and answers nothing.
    package func suspend() { server.suspend() }

    /// Lets a suspended node go on.
    package func resume() { server.resume() }
}

extension LocalClusterNode: Hashable, CustomStringConvertible {
    package static func == (one: LocalClusterNode, other: LocalClusterNode) -> Bool { one === other }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    package var description: String { address }
}

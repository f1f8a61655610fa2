import CachetoryRESP

extension RESPServerError {
    /// What to do about it, for the codes whose meaning is the same whatever was asked.
    private var advice: String? {
        switch code {
        case "WRONGTYPE": "the key holds a value of another type: use that type's commands, or another key or prefix"
        case "OOM": "the server is full: raise its maxmemory, or let it evict keys with maxmemory-policy"
        case "NOPERM": "let the user do it with ACL SETUSER on the server, or log in as another one"
        case "NOAUTH": "give a password, as in redis://:password@host"
        case "READONLY": "this is a replica, which was asked until the deadline: give the address of its primary"
        case "LOADING", "MASTERDOWN", "TRYAGAIN": "it was asked until the deadline: try again later"
        case "CLUSTERDOWN":
            "it was asked until the deadline, and its cluster is not complete: see CLUSTER INFO on the server"
        case "BUSY": "a script keeps the server from everything else: wait, or end it with SCRIPT KILL"
        case "MISCONF": "the server cannot save its data, and takes no writes: see its log"
        case "MOVED", "ASK":
            "this server is part of a cluster: use redis+cluster://\(redirectedTo ?? "host:port") (with TLS "
                + "rediss+cluster://)"
        case "CROSSSLOT":
            "the keys are of several slots of a cluster: give them one hash tag, as in {user:42}:name and {user:42}:age"
        default: nil
        }
    }

    /// The same where the client has found the node by the map of its cluster, and has followed redirects.
    private var adviceInCluster: String? {
        switch code {
        case "MOVED", "ASK":
            "it was redirected until the deadline, so the nodes do not agree who serves the slot: see CLUSTER NODES on them"
        case "READONLY":
            "a replica was asked for a second, so the slot may have no primary: see CLUSTER NODES on the nodes"
        case "CLUSTERDOWN": "it was asked for a second, and its cluster is not complete: see CLUSTER INFO on the server"
        default: advice
        }
    }

    /// Where `MOVED` and `ASK` point, as in `MOVED 3999 127.0.0.1:6381`, for a URL: an IPv6 address gets its brackets. Nil
    /// if the server leaves the host out or does not know it, or has sent something else.
    private var redirectedTo: String? {
        let parts = message.split(separator: " ")
        guard parts.count == 2, let colon = parts[1].lastIndex(of: ":") else { return nil }
        let text = parts[1]
        let host = text[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }
        guard let port = Int(text[text.index(after: colon)...]), Constraint.port.isMet(port),
            Constraint.host.isMet(String(host))
        else { return nil }
        return String(
            printable: "\(RedisClientConfiguration.Address.tcp(host: String(host), port: port))", atMost: 280)
    }

    /// The advice as it follows the error, if there is any.
    func advicePart(inCluster: Bool) -> String {
        (inCluster ? adviceInCluster : advice).map { "; \($0)" } ?? ""
    }

    /// What to do about it where it is the answer to a handshake.
    var adviceAtHandshake: String {
        message.contains("not allowed in cluster mode")
            ? "a Redis Cluster has no database but 0, and a Valkey Cluster more only from version 9 on: leave the number out"
            : "check user name, password and database"
    }

    /// What was refused, as in "Redis refused GET of 'key'".
    var subject: String {
        guard let command else { return "the command" }
        return key.map { "\(command) of '\($0)'" } ?? command
    }

    /// Which node of a cluster has refused it, as in "Redis at 127.0.0.1:7001 (slot 3999) refused GET of 'key'".
    var place: String {
        guard let node else { return "" }
        return " at \(node)" + (slot.map { " (slot \($0))" } ?? "")
    }
}

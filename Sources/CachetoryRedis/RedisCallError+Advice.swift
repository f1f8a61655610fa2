import CachetoryRESP

extension RESPServerError {
    /// What to do about it, for the codes whose meaning is the same whatever was asked.
    var advice: String? {
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
        case "MOVED", "ASK", "CROSSSLOT":
            "the server is a node of a Redis Cluster, which this library does not speak to: give the address of a server "
                + "that is no part of one, or of a proxy in front of it"
        default: nil
        }
    }

    /// What was refused, as in "Redis refused GET of 'key'".
    var subject: String {
        guard let command else { return "the command" }
        return key.map { "\(command) of '\($0)'" } ?? command
    }
}

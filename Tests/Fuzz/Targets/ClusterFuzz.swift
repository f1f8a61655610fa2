import CachetoryRESP
import CachetoryRedis

/// Replies of a cluster's nodes: what is understood of them is possible, and what is not is an error that may be shown.
enum ClusterFuzz {
    private static let asked = RedisClientConfiguration.Address.tcp(host: "10.0.0.1", port: 7000)
    private static let info = RESPReply.simpleString("cluster_state:ok\ncluster_current_epoch:1")

    /// Each reply as one to `CLUSTER SLOTS` and to `CLUSTER INFO`, and the one behind it as the other of the two; and all of the
    /// bytes as what follows `MOVED`.
    static func run(_ bytes: UnsafeRawBufferPointer) {
        checkRedirection(String(decoding: bytes, as: UTF8.self))
        var parser = RESPParser()
        parser.append(bytes)
        var last = info
        while let reply = try? parser.next() {
            checkTopology(reply, info)
            checkTopology(last, reply)
            checkTopology(.array([]), reply)
            if case .error(let error) = reply { checkRedirection(error.message) }
            last = reply
        }
    }

    private static func checkTopology(_ slots: RESPReply, _ info: RESPReply) {
        do {
            let topology = try ClusterTopology(slots: slots, info: info, answeredBy: asked)
            precondition(topology.coveredSlots <= HashSlot.count && topology.epoch >= 0)
            var owned = Set<Int>()
            for shard in topology.shards {
                precondition(!shard.ranges.isEmpty)
                for slot in shard.ranges.joined() { precondition(HashSlot(slot) != nil && owned.insert(slot).inserted) }
            }
            precondition(owned.count == topology.coveredSlots)
            for case .tcp(let host, let port)? in topology.nodes.map(\.address) {
                precondition(!host.isEmpty && host != "?" && (1...65_535).contains(port))
            }
            _ = topology.replacedAddresses(since: topology)
        } catch ClusterTopologyError.malformed(let reason) {
            precondition(!reason.isEmpty && reason.count <= 200, reason)
        } catch {
            precondition(!"\(error)".isEmpty)
        }
    }

    private static func checkRedirection(_ message: String) {
        for code in ["MOVED", "ASK"] {
            let redirection = Redirection(RESPServerError(code: code, message: message), from: asked)
            guard case .tcp(let host, let port)? = redirection?.address else { continue }
            precondition(!host.isEmpty && host != "?" && (1...65_535).contains(port), message)
        }
    }
}

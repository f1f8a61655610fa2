package import CachetoryRESP
import CachetorySmallFoundation

extension ClusterTopology {
    /// What a node's replies mean. In linear time.
    ///
    /// - Parameters:
    ///   - slots: the reply to `CLUSTER SLOTS`.
    ///   - info: the reply to `CLUSTER INFO`.
    ///   - address: the node that was asked, which others are at the same host as if it does not tell theirs.
    package init(slots: RESPReply, info: RESPReply, answeredBy address: Address) throws(ClusterTopologyError) {
        let entries = try Self.entries(of: slots)
        let state = try ClusterState(info)
        var table = SlotTable(answeredBy: address)
        for entry in entries { try table.add(entry) }
        self.init(shards: table.shards, isOK: state.isOK, epoch: state.epoch)
    }

    private static func entries(of slots: RESPReply) throws(ClusterTopologyError) -> [RESPReply] {
        switch slots {
        case .array(let entries):
            // More would own a slot twice.
            guard entries.count <= HashSlot.count else { throw .malformed("\(entries.count) ranges of slots") }
            return entries
        case .error(let error): throw ClusterTopologyError(error)
        default: throw .malformed("\(slots.shortSummary) to CLUSTER SLOTS")
        }
    }
}

extension ClusterTopologyError {
    fileprivate init(_ error: RESPServerError) {
        let isDisabled = error.code == "ERR" && error.message.contains("cluster support disabled")
        self = isDisabled ? .clusterDisabled : .refused(error)
    }
}

/// What `CLUSTER INFO` says of the whole: lines of a name, a colon and a value.
private struct ClusterState {
    let isOK: Bool
    let epoch: Int

    init(_ info: RESPReply) throws(ClusterTopologyError) {
        if case .error(let error) = info { throw ClusterTopologyError(error) }
        guard let text = info.string else { throw .malformed("\(info.shortSummary) to CLUSTER INFO") }
        var (state, epoch): (Substring?, Substring?)
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }) {
            state = state ?? Self.value(of: "cluster_state:", in: line)
            epoch = epoch ?? Self.value(of: "cluster_current_epoch:", in: line)
        }
        guard let state else { throw .malformed("no cluster_state in CLUSTER INFO") }
        guard let epoch, let number = Int(epoch), number >= 0 else {
            throw .malformed("no cluster_current_epoch in CLUSTER INFO")
        }
        (isOK, self.epoch) = (state == "ok", number)
    }

    private static func value(of name: String, in line: Substring.UTF8View) -> Substring? {
        line.starts(with: name.utf8) ? Substring(line.dropFirst(name.utf8.count)) : nil
    }
}

/// Puts the ranges of each primary together, which `CLUSTER SLOTS` lists one by one.
private struct SlotTable {
    private typealias Node = ClusterTopology.Node

    private let answeredBy: ClusterTopology.Address

    /// For each slot the number of its owner in ``nodes``, or ``unowned``.
    private var owners = [Int16](repeating: unowned, count: HashSlot.count)

    private var nodes: [(primary: Node, replicas: [Node])] = []

    /// The numbers of the primaries, by their ids.
    private var numbers: [String: Int16] = [:]

    private static let unowned: Int16 = -1

    /// Ids have 40 characters.
    private static let longestID = 64

    init(answeredBy address: ClusterTopology.Address) {
        answeredBy = address
    }

    /// Takes in `[first slot, last slot, primary, replica…]`.
    mutating func add(_ entry: RESPReply) throws(ClusterTopologyError) {
        guard case .array(let fields) = entry, fields.count >= 3 else {
            throw .malformed("\(entry.shortSummary) as a range of slots")
        }
        guard let first = Self.slot(fields[0]), let last = Self.slot(fields[1]), first <= last else {
            throw .malformed("slots from \(fields[0].shortSummary) to \(fields[1].shortSummary)")
        }
        let number = try number(of: fields)
        for slot in first...last {
            guard owners[slot] == Self.unowned else { throw .malformed("slot \(slot) has two owners") }
            owners[slot] = number
        }
    }

    /// In the order of their first slots, with neighbouring ranges joined.
    var shards: [ClusterTopology.Shard] {
        var ranges = [[ClosedRange<Int>]](repeating: [], count: nodes.count)
        var order: [Int] = []
        var slot = 0
        while slot < owners.count {
            let (owner, first) = (owners[slot], slot)
            repeat { slot += 1 } while slot < owners.count && owners[slot] == owner
            guard owner != Self.unowned else { continue }
            if ranges[Int(owner)].isEmpty { order.append(Int(owner)) }
            ranges[Int(owner)].append(first...slot - 1)
        }
        return order.map {
            ClusterTopology.Shard(primary: nodes[$0].primary, replicas: nodes[$0].replicas, ranges: ranges[$0])
        }
    }

    private static func slot(_ reply: RESPReply) -> Int? {
        if case .integer(let number) = reply { HashSlot(Int(truncatingIfNeeded: number))?.number } else { nil }
    }

    /// The number of an entry's primary. Its replicas are the same in each of its entries, and read from the first one.
    private mutating func number(of fields: [RESPReply]) throws(ClusterTopologyError) -> Int16 {
        let id = try Self.id(of: fields[2])
        if let number = numbers[id] { return number }
        let primary = try node(fields[2], id: id)
        var replicas: [Node] = []
        for replica in fields[3...] { replicas.append(try node(replica, id: Self.id(of: replica))) }
        replicas.sort { $0.id < $1.id }
        // There are no more of them than slots.
        let number = Int16(truncatingIfNeeded: nodes.count)
        nodes.append((primary, replicas))
        numbers[id] = number
        return number
    }

    /// Of `[host, port, id, metadata…]`.
    private static func id(of node: RESPReply) throws(ClusterTopologyError) -> String {
        guard case .array(let fields) = node, fields.count >= 3 else {
            throw .malformed("\(node.shortSummary) as a node")
        }
        guard let id = fields[2].shortText, (1...longestID).contains(id.utf8.count) else {
            throw .malformed("\(fields[2].shortSummary) as a node's id")
        }
        return id
    }

    private func node(_ node: RESPReply, id: String) throws(ClusterTopologyError) -> Node {
        guard case .array(let fields) = node, fields.count >= 2, case .integer(let port) = fields[1],
            (0...65_535).contains(port)
        else { throw .malformed("\(node.shortSummary) as a node, without a port") }
        switch fields[0] {
        case .null: return Node(id: id, address: ClusterEndpoint.address(host: "", port: Int(port), from: answeredBy))
        case .bulkString, .simpleString, .verbatimString:
            guard let host = fields[0].shortText, ClusterEndpoint.isHost(host) else {
                throw .malformed("\(fields[0].shortSummary) as a node's host")
            }
            return Node(id: id, address: ClusterEndpoint.address(host: host, port: Int(port), from: answeredBy))
        default: throw .malformed("\(fields[0].shortSummary) as a node's host")
        }
    }
}

extension RESPReply {
    /// The same as ``string``. To validate UTF-8 costs a thousand instructions a string, of which a map has thousands; and ASCII
    /// is valid.
    fileprivate var shortText: String? {
        guard case .bulkString(let data) = self else { return string }
        return data.bytes.withUnsafeBytes { bytes in
            bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : string
        }
    }

    /// A few words about it, which may be shown.
    fileprivate var shortSummary: String { String(printable: summary, atMost: 64) }
}

extension FakeCluster {
    /// How the slots are shared out at the beginning.
    package enum Layout: Sendable {
        /// One run of slots for each shard.
        case contiguous
        /// Slot by slot in turn, so that there are as many entries as slots.
        case fragmented
    }

    package struct Node: Sendable, Hashable {
        /// Primaries of the beginning come first, in the order of their shards.
        package let index: Int

        /// Its address of `127.0.0.0/8`, of which a connection's own end tells who was meant.
        package var host: String { "127.0.\(1 + index / Self.perBlock).\(1 + index % Self.perBlock)" }

        /// Its name, of 40 hexadecimal digits.
        package var id: String {
            let number = String(index, radix: 16)
            return String(repeating: "0", count: 40 - number.count) + number
        }

        private static let perBlock = 250
        static let limit = 250 * perBlock

        init(index: Int) {
            self.index = index
        }

        /// The node of an address, given as the number that it is.
        init?(ipv4 address: UInt32) {
            let (network, block, number) = (address >> 16, Int(address >> 8 & 255), Int(address & 255))
            guard network == 127 << 8, block >= 1, (1...Self.perBlock).contains(number) else { return nil }
            index = (block - 1) * Self.perBlock + number - 1
        }
    }

    /// What a node does with its connections.
    package enum Behaviour: Sendable, Hashable {
        case answers
        /// It takes connections, and reads nothing. What comes meanwhile it answers afterwards.
        case staysSilent
        /// It resets the connections that there are, and those to come as soon as they are made.
        case refuses
        /// It answers so much later.
        case delays(Duration)
    }

    /// What `CLUSTER SLOTS` gives as hosts of nodes.
    package enum HostStyle: Sendable {
        case addresses
        /// Null for all of them.
        case null
        /// The empty string for the node that answers, as of one that does not know its own address.
        case emptyForItself
        /// `?` for all of them.
        case unknown
        /// As a closure says, for a node that is told of.
        case custom(@Sendable (Node) -> (host: String?, port: Int))
    }

    /// A command that came to a node.
    package struct Call: Sendable {
        package let node: Node
        /// In upper case, with the subcommand: `GET`, `CLUSTER SLOTS`.
        package let name: String
        package let arguments: [[UInt8]]
        /// That of its keys; nil if it has none, or they are of several.
        package let slot: Int?
        /// Whether the client has said `ASKING` before.
        package let isAsking: Bool
        /// Whether it is queued in a transaction.
        package let isQueued: Bool
        /// How many commands of the name the node has got, with this one.
        package let number: Int
        /// The number of its connection, among all of the cluster.
        package let connection: Int

        /// Its arguments as text.
        package var words: [String] { arguments.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// What a script has a node answer.
    package enum ScriptedReply: Sendable {
        /// The client is sent to another node for the command's slot.
        case moved(to: Int)
        case ask(Int)
        /// An error, given without the `-` and the end of the line: `MOVED 5 ::1:7000`, `TRYAGAIN …`.
        case error(String)
        /// Bytes as they are.
        case bytes([UInt8])
        /// The command is passed over.
        case nothing
        /// The end of the stream, or a reset.
        case close, reset
    }
}

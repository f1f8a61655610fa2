/// What one node of a cluster thinks of all: its reply to `CLUSTER NODES`.
package struct ClusterView: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package let id: String
        /// Host and port, as the other nodes know them.
        package let address: String
        /// Whether it is the node that was asked.
        package let isSelf: Bool
        package let isPrimary: Bool
        /// Whether the node that was asked is connected to it, and neither takes it to have failed nor still has to get to
        /// know it.
        package let isReachable: Bool
        /// Of a replica.
        package let primaryID: String?
        package let epoch: Int
        /// In ascending order, without the marks of a migration.
        package let slots: [ClosedRange<Int>]
    }

    package let members: [Member]

    package func member(_ id: String) -> Member? {
        members.first { $0.id == id }
    }

    package func owner(of slot: Int) -> Member? {
        members.first { $0.isPrimary && $0.slots.contains { $0.contains(slot) } }
    }

    /// What all nodes think alike once they have heard of every change.
    var consensus: Set<[String]> {
        Set(members.map { [$0.id, $0.primaryID ?? "primary"] + $0.slots.map { "\($0)" } })
    }
}

extension ClusterView {
    init(text: String) {
        members = text.split(separator: "\n").compactMap { Member(line: $0) }
    }
}

extension ClusterView.Member {
    /// In the order of their places in a line.
    private enum Field: Int, CaseIterable {
        case id, address, flags, primary, pingSent, pongReceived, epoch, link
    }

    /// What a node is not to be in the eyes of another one.
    private static let badFlags: Set<Substring> = ["fail", "fail?", "handshake", "noaddr"]

    fileprivate init?(line: Substring) {
        let words = line.split(separator: " ")
        guard words.count >= Field.allCases.count else { return nil }
        func word(_ field: Field) -> Substring { words[field.rawValue] }
        let flags = Set(word(.flags).split(separator: ","))
        id = String(word(.id))
        address = String(word(.address).prefix { $0 != "@" })
        isSelf = flags.contains("myself")
        isPrimary = flags.contains("master")
        isReachable = flags.isDisjoint(with: Self.badFlags) && (isSelf || word(.link) == "connected")
        primaryID = word(.primary) == "-" ? nil : String(word(.primary))
        epoch = Int(word(.epoch)) ?? 0
        slots = words.dropFirst(Field.allCases.count).compactMap { word in
            // What a migration adds, as in `[93->-…]`, has no numbers between its dashes.
            let bounds = word.split(separator: "-").compactMap { Int($0) }
            guard let first = bounds.first, let last = bounds.last, first <= last else { return nil }
            return first...last
        }
    }
}

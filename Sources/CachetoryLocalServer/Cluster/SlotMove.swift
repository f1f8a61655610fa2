/// Moves slots from one primary to another, step by step, as `redis-cli --cluster reshard` does.
struct SlotMove: ~Copyable {
    private let source: LocalClusterNode
    private let target: LocalClusterNode
    private let options: LocalCluster.Options
    private var sourceTalk: ServerConversation
    private var targetTalk: ServerConversation

    /// How many keys go in one command, and how long that may take in milliseconds.
    private static let keysAtOnce = 100
    private static let timeout = 5_000

    init(
        from source: LocalClusterNode, to target: LocalClusterNode, _ options: LocalCluster.Options
    ) throws(LocalServerError) {
        let sourceTalk = try source.conversation()
        let targetTalk = try target.conversation()
        (self.source, self.target, self.options) = (source, target, options)
        self.sourceTalk = sourceTalk
        self.targetTalk = targetTalk
    }

    /// The target takes keys of the slots from now on, and the source asks clients to go there for keys that it does not have.
    mutating func begin(_ slots: some Collection<Int>) throws(LocalServerError) {
        let (source, target) = (source.id, target.id)
        // In this order: the target must not refuse whom the source sends.
        try targetTalk.demand(slots.map { ["CLUSTER", "SETSLOT", "\($0)", "IMPORTING", source] })
        try sourceTalk.demand(slots.map { ["CLUSTER", "SETSLOT", "\($0)", "MIGRATING", target] })
    }

    /// The slots are the target's.
    mutating func end(_ slots: some Collection<Int>) throws(LocalServerError) {
        let (source, target) = (source, target.id)
        let commands = slots.map { ["CLUSTER", "SETSLOT", "\($0)", "NODE", target] }
        // In this order: whoever hears of it last, somebody has the slot.
        try targetTalk.demand(commands)
        let refusals = try sourceTalk.ask(commands).compactMap(\.error)
        guard let refusal = refusals.first else { return }
        // The source may have heard of it from the target, and be a replica by now, or have lost its own.
        try LocalCluster.wait { () throws(LocalServerError) in
            let view = try source.view()
            return slots.allSatisfy { view.owner(of: $0)?.id == target } ? nil : "\(source) keeps slots: \(refusal)"
        }
    }

    /// Moves so many keys of a slot, or all that there are; returns how many.
    mutating func moveKeys(of slot: Int, atMost limit: Int = .max) throws(LocalServerError) -> Int {
        var moved = 0
        for database in 0..<options.databases {
            if options.databases > 1 { try sourceTalk.demand(["SELECT", "\(database)"]) }
            while moved < limit {
                let count = min(limit - moved, Self.keysAtOnce)
                let keys = try sourceTalk.demand(["CLUSTER", "GETKEYSINSLOT", "\(slot)", "\(count)"]).list ?? []
                if keys.isEmpty { break }
                try move(keys, database)
                moved += keys.count
            }
        }
        return moved
    }

    private mutating func move(_ keys: [LocalReply], _ database: Int) throws(LocalServerError) {
        let login: [String] =
            switch options.login {
            case nil: []
            case (let username?, let password)?: ["AUTH2", username, password]
            case (nil, let password)?: ["AUTH", password]
            }
        let words = ["MIGRATE", target.host, "\(target.port)", "", "\(database)", "\(Self.timeout)"] + login + ["KEYS"]
        let names: [[UInt8]] = keys.compactMap { if case .bytes(let bytes) = $0 { bytes } else { nil } }
        if let answer = try sourceTalk.ask(words.map { Array($0.utf8) } + names).error {
            throw .refused(command: "MIGRATE", answer: answer)
        }
    }
}

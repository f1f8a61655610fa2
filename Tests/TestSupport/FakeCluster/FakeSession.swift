/// What a node knows of a connection.
struct FakeSession {
    let node: Int
    /// Its number among all connections.
    let connection: Int
    var isRESP3 = false
    var isReadOnly = false
    /// Until the next command, or the end of the transaction that this begins.
    var isAsking = false
    /// What a transaction has queued; nil outside of one.
    var queued: [FakeRequest]?
    /// Whether one of its commands was refused.
    var isDoomed = false

    /// What became of a command.
    enum Answer {
        case bytes([UInt8])
        case nothing
        case close, reset
    }

    init(node: Int, connection: Int) {
        (self.node, self.connection) = (node, connection)
    }
}

extension FakeState {
    /// Carries out a command.
    mutating func answer(_ request: FakeRequest, _ session: inout FakeSession) -> FakeSession.Answer {
        let number = nodes[session.node].commands[request.name, default: 0] + 1
        nodes[session.node].commands[request.name] = number
        if request.name == "CLUSTER SLOTS" { mapRequests.append((session.node, .now)) }
        let isAsking = session.isAsking
        if session.queued == nil { session.isAsking = false }

        var reply = ReplyBytes(isRESP3: session.isRESP3)
        if let scripted = scripted(request, session, isAsking: isAsking, number: number) {
            switch scripted {
            case .moved(let node): reply.error("MOVED \(slotNumber(of: request)) \(address(of: node))")
            case .ask(let node): reply.error("ASK \(slotNumber(of: request)) \(address(of: node))")
            case .error(let text): reply.error(text)
            case .bytes(let bytes): reply.append(bytes)
            case .nothing: return .nothing
            case .close: return .close
            case .reset: return .reset
            }
            if session.queued != nil { session.isDoomed = true }
        } else if let refusal = refusal(
            ofKeys: request.keys, isReadOnly: request.isReadOnly, session, isAsking: isAsking)
        {
            reply.error(refusal)
            if session.queued != nil { session.isDoomed = true }
        } else if session.queued != nil, !Self.endOfTransaction.contains(request.name) {
            session.queued?.append(request)
            reply.status("QUEUED")
        } else {
            perform(request, &session, isAsking: isAsking, &reply)
        }
        return .bytes(reply.bytes)
    }

    private static let endOfTransaction: Set<String> = ["EXEC", "DISCARD", "MULTI", "WATCH"]

    private func scripted(
        _ request: FakeRequest, _ session: FakeSession, isAsking: Bool, number: Int
    ) -> FakeCluster.ScriptedReply? {
        guard let script else { return nil }
        let slots = Set(request.keys.map { KeySlot.of($0) })
        return script(
            FakeCluster.Call(
                node: FakeCluster.Node(index: session.node), name: request.name, arguments: Array(request.arguments),
                slot: slots.count == 1 ? slots.first : nil, isAsking: isAsking,
                isQueued: session.queued != nil && !Self.endOfTransaction.contains(request.name), number: number,
                connection: session.connection))
    }

    private func slotNumber(of request: FakeRequest) -> Int { request.keys.first.map { KeySlot.of($0) } ?? 0 }

    private func address(of node: Int) -> String { "\(FakeCluster.Node(index: node).host):\(port)" }

    // MARK: Whose the keys are

    /// Why a node does not carry out a command with keys, as the text of an error; nil if it does.
    func refusal(
        ofKeys keys: [[UInt8]], isReadOnly: Bool, _ session: FakeSession, isAsking: Bool
    ) -> String? {
        guard let first = keys.first else { return nil }
        let slot = KeySlot.of(first)
        if keys.dropFirst().contains(where: { KeySlot.of($0) != slot }) {
            return "CROSSSLOT Keys in request don't hash to the same slot"
        }
        if !nodes[session.node].isOK { return "CLUSTERDOWN The cluster is down" }
        if isAsking { return nil }
        let map = map(of: session.node)
        guard let shard = map.shard(ofSlot: slot), let primary = map.shards[shard].first else {
            return "CLUSTERDOWN Hash slot not served"
        }
        if primary == session.node { return nil }
        if session.isReadOnly, isReadOnly, map.shards[shard].contains(session.node) { return nil }
        return "MOVED \(slot) \(address(of: primary))"
    }
}

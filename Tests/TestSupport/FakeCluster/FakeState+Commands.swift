import Foundation

extension FakeState {
    /// Carries out a command that is neither refused nor queued.
    mutating func perform(
        _ request: FakeRequest, _ session: inout FakeSession, isAsking: Bool, _ reply: inout ReplyBytes
    ) {
        if performOnKeys(request, &reply) || performOnNode(request, session.node, &reply) { return }
        switch request.name {
        case "HELLO":
            session.isRESP3 = request.number(0).map { $0 == 3 } ?? session.isRESP3
            reply = ReplyBytes(isRESP3: session.isRESP3)
            hello(session, &reply)
        case "READONLY", "READWRITE":
            session.isReadOnly = request.name == "READONLY"
            reply.status("OK")
        case "ASKING":
            session.isAsking = true
            reply.status("OK")
        case "MULTI":
            if session.queued != nil { return reply.error("ERR MULTI calls can not be nested") }
            (session.queued, session.isDoomed) = ([], false)
            // What was asked before `MULTI` holds until `EXEC`.
            session.isAsking = isAsking
            reply.status("OK")
        case "DISCARD":
            (session.queued, session.isAsking) = (nil, false)
            reply.status("OK")
        case "EXEC": execute(&session, isAsking: isAsking, &reply)
        case "AUTH", "CLIENT SETNAME", "CLIENT SETINFO", "SELECT", "WATCH", "UNWATCH":
            reply.status("OK")
        case "PING":
            if let text = request.argument(0) { reply.string(text) } else { reply.status("PONG") }
        case "ECHO": reply.string(request.argument(0) ?? [])
        default: reply.error("ERR unknown command '\(request.name)'")
        }
    }

    private func hello(_ session: FakeSession, _ reply: inout ReplyBytes) {
        let isPrimary = isPrimary(session.node)
        reply.map(6)
        for (name, value) in [
            ("server", "redis"), ("version", "7.0.15"), ("mode", "cluster"), ("role", isPrimary ? "master" : "replica"),
        ] {
            reply.string(name)
            reply.string(value)
        }
        reply.string("proto")
        reply.integer(session.isRESP3 ? 3 : 2)
        reply.string("modules")
        reply.array(0)
    }

    private func isPrimary(_ node: Int) -> Bool {
        let map = map(of: node)
        return map.shard(ofNode: node).map { map.shards[$0].first == node } ?? true
    }

    private mutating func execute(_ session: inout FakeSession, isAsking: Bool, _ reply: inout ReplyBytes) {
        session.isAsking = false
        guard let queued = session.queued.take() else { return reply.error("ERR EXEC without MULTI") }
        if session.isDoomed { return reply.error("EXECABORT Transaction discarded because of previous errors.") }
        // Slots may have moved since the commands were queued.
        if let refusal = refusal(ofKeys: queued.flatMap(\.keys), isReadOnly: false, session, isAsking: isAsking) {
            return reply.error(refusal)
        }
        reply.array(queued.count)
        for request in queued { perform(request, &session, isAsking: false, &reply) }
    }

    // MARK: Commands about a node

    private mutating func performOnNode(_ request: FakeRequest, _ node: Int, _ reply: inout ReplyBytes) -> Bool {
        switch request.name {
        case "CLUSTER SLOTS": reply.append(slots(toldBy: node, isRESP3: reply.isRESP3))
        case "CLUSTER INFO": reply.verbatim(clusterInfo(toldBy: node))
        case "CLUSTER MYID": reply.string(FakeCluster.Node(index: node).id)
        case "CLUSTER KEYSLOT": reply.integer(KeySlot.of(request.argument(0) ?? []))
        case "INFO":
            let role = isPrimary(node) ? "master" : "slave"
            reply.verbatim(
                "# Server\r\nredis_version:7.0.15\r\nredis_mode:cluster\r\n# Replication\r\nrole:\(role)\r\n"
                    + "# Cluster\r\ncluster_enabled:1\r\n")
        case "DBSIZE": reply.integer(ownSlots(of: node).reduce(0) { $0 + store.count(inSlot: $1) })
        case "FLUSHDB", "FLUSHALL":
            if !isPrimary(node) {
                reply.error("READONLY You can't write against a read only replica.")
            } else {
                for slot in ownSlots(of: node) { store.removeAll(inSlot: slot) }
                reply.status("OK")
            }
        case "SCAN": scan(request, node, &reply)
        default: return false
        }
        return true
    }

    /// Those of its shard.
    private func ownSlots(of node: Int) -> [Int] {
        let map = map(of: node)
        guard let shard = map.shard(ofNode: node) else { return [] }
        return map.owners.indices.filter { map.owners[$0] == UInt16(shard) }
    }

    /// The cursor is the slot to go on with; 0 is the beginning and the end.
    private func scan(_ request: FakeRequest, _ node: Int, _ reply: inout ReplyBytes) {
        let options = request.options
        func value(of name: String) -> [UInt8]? {
            options.firstIndex(of: name).flatMap { request.argument($0 + 1) }
        }
        let pattern = value(of: "MATCH").map { String(decoding: $0, as: UTF8.self) }
        let count = value(of: "COUNT").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 10
        let start = request.number(0) ?? 0
        var (seen, next) = (0, 0)
        var found: [[UInt8]] = []
        for slot in ownSlots(of: node) where slot >= start {
            if seen >= count {
                next = slot
                break
            }
            let keys = store.keys(inSlot: slot)
            seen += keys.count
            found += keys.filter { key in
                pattern.map { fnmatch($0, String(decoding: key, as: UTF8.self), 0) == 0 } ?? true
            }
        }
        reply.array(2)
        reply.string("\(next)")
        reply.array(found.count)
        for key in found { reply.string(key) }
    }

    // MARK: Commands about keys

    private mutating func performOnKeys(_ request: FakeRequest, _ reply: inout ReplyBytes) -> Bool {
        let keys = request.keys
        guard let key = keys.first else { return false }
        switch request.name {
        case "GET": value(of: key, &reply)
        case "MGET":
            reply.array(keys.count)
            for key in keys { value(of: key, &reply) }
        case "SET": set(request, key, &reply)
        case "MSET":
            for (index, key) in keys.enumerated() { store.set(key, to: request.argument(index * 2 + 1) ?? []) }
            reply.status("OK")
        case "DEL", "UNLINK": reply.integer(keys.reduce(0) { $0 + (store.remove($1) ? 1 : 0) })
        case "EXISTS", "TOUCH": reply.integer(keys.count { store[$0] != nil })
        case "INCR":
            let number = (store[key].flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0) + 1
            store.set(key, to: Array("\(number)".utf8))
            reply.integer(number)
        case "PEXPIRE":
            let time = Duration.milliseconds(request.number(1) ?? 0)
            reply.integer(store.setTimeToLive(time, of: key) ? 1 : 0)
        case "PERSIST":
            let hasLimit = store.timeToLive(of: key).flatMap(\.self) != nil
            if hasLimit { _ = store.setTimeToLive(nil, of: key) }
            reply.integer(hasLimit ? 1 : 0)
        case "PTTL":
            switch store.timeToLive(of: key) {
            case nil: reply.integer(-2)
            case .some(nil): reply.integer(-1)
            case .some(let time?): reply.integer(Int(time / .milliseconds(1)))
            }
        default: return false
        }
        return true
    }

    private func value(of key: [UInt8], _ reply: inout ReplyBytes) {
        if let value = store[key] { reply.string(value) } else { reply.null() }
    }

    private mutating func set(_ request: FakeRequest, _ key: [UInt8], _ reply: inout ReplyBytes) {
        guard let value = request.argument(1) else {
            return reply.error("ERR wrong number of arguments for 'set' command")
        }
        let options = request.options
        func number(_ name: String) -> Int? { options.lastIndex(of: name).flatMap { request.number($0 + 1) } }
        let milliseconds = number("PX") ?? number("EX").map { $0 * 1000 }
        let exists = store[key] != nil
        if options.dropFirst(2).contains("NX") && exists || options.dropFirst(2).contains("XX") && !exists {
            return reply.null()
        }
        store.set(key, to: value, timeToLive: milliseconds.map { .milliseconds($0) })
        reply.status("OK")
    }
}

import CachetoryRESP

extension BlockingConnection {
    /// Connects and shakes hands.
    ///
    /// - Parameters:
    ///   - tls: what encrypted connections share; nil makes it for this one alone, which reads files.
    ///   - peer: what the connections of a pool know of their peer.
    package static func open(
        _ configuration: RedisClientConfiguration, tls: TLSContextSource? = nil, peer: PeerInfo = PeerInfo(),
        until deadline: Timestamp
    ) throws(RedisCallError) -> BlockingConnection {
        let login: RedisClientConfiguration.Login?
        do {
            login = try configuration.credentials?.login()
        } catch {
            throw .connectFailed(address: "\(configuration.address)", reason: "no credentials: \(error)")
        }
        var search = CapabilityProbe(from: peer.capabilities)
        while true {
            var connection = BlockingConnection(
                channel: try Connector.open(configuration, tls: tls, until: deadline),
                limits: RESPLimits(replyBytes: configuration.maxReplyBytes))
            var handshake = Handshake(configuration, login: login, capabilities: search.capabilities)
            switch connection.shakeHands(&handshake, peer: peer, until: deadline) {
            case nil:
                guard search.succeed(in: handshake.capabilities) else { continue }
                peer.remember(handshake.capabilities)
                return connection
            case .hungUp(let end, let error):
                if peer.noteHangUp(), search.hangUp(at: end) { continue }
                peer.forget()
                throw error
            case .failed(let error):
                peer.noteDelay(nil)
                throw error
            }
        }
    }

    /// How a handshake failed.
    private enum Failure {
        /// The peer closed the connection without a word, as one does that does not know a command.
        case hungUp(Handshake.End, RedisCallError)
        case failed(RedisCallError)
    }

    /// - Returns: nil once the connection is ready.
    private mutating func shakeHands(
        _ handshake: inout Handshake, peer: PeerInfo, until deadline: Timestamp
    ) -> Failure? {
        do {
            while let request = handshake.request {
                let reply = try execute(request, until: deadline)
                if request.replyCount > 1, case .array(let replies) = reply {
                    try handshake.receive(replies)
                } else {
                    try handshake.receive([reply])
                }
                peer.noteDelay(handshake.delay)
                if handshake.delay != nil { try pause(for: Handshake.pause, until: deadline) }
            }
            try checkIsInStep()
            mostReads = .max
            return nil
        } catch {
            return failure(of: handshake, error)
        }
    }

    /// Waits, unless the peer closes the connection or says something meanwhile.
    private func pause(for duration: Duration, until deadline: Timestamp) throws(RedisCallError) {
        do {
            _ = try channel.socket.wait(for: .readable, until: min(.now + duration, deadline))
        } catch {
            guard error == .timedOut else { throw .connectionLost(reason: error.description, .notExecuted) }
        }
        if deadline <= .now { throw .timedOut(.notExecuted) }
    }

    private mutating func failure(of handshake: Handshake, _ error: RedisCallError) -> Failure {
        // With TLS 1.3, a server judges the client's certificate only after the client's handshake is done.
        if let tlsError { return .failed(.tlsFailed(address: handshake.address, tlsError)) }
        if error.isRefusal { return .failed(error) }

        // A server that takes no more clients, or none from outside, says so and hangs up.
        let answer = (try? nextReply(.notExecuted)) ?? current.firstReply
        let refusal = answer?.error ?? handshake.doubtfulRefusal ?? handshake.delay
        if let refusal, !refusal.saysCommandIsUnknown {
            return .failed(handshake.failure(Handshake.reason(refusal)))
        }
        switch error {
        case .connectionLost(var reason, _):
            if answer == nil, !channel.isEncrypted { reason += "; \(Self.tlsAdvice)" }
            return .hungUp(handshake.end(after: answer), handshake.failure(reason))
        case .timedOut:
            return .failed(handshake.failure("no reply to the handshake in time"))
        case .protocolViolation(let reason, _):
            return .failed(handshake.failure(violation?.advice ?? reason))
        default:
            return .failed(handshake.failure(error.description))
        }
    }

    private static let tlsAdvice = "if this is its port for encrypted connections, use rediss://"
}

extension RESPReply {
    fileprivate var error: RESPServerError? {
        if case .error(let error) = self { error } else { nil }
    }
}

extension RESPError {
    /// What to do about a peer that speaks something else than Redis's protocol, where that is easily known.
    fileprivate var advice: String? {
        switch self {
        // The records of TLS that a server begins with: an alert, or a handshake.
        case .unknownType(0x15), .unknownType(0x16):
            "the server speaks TLS on this port; use rediss:// instead of redis://"
        case .unknownType(UInt8(ascii: "H")):
            "the peer answers as a web server does (HTTP); is this the port of a Redis server?"
        default: nil
        }
    }
}

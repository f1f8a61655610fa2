import CachetoryLocking

/// A session that a server offered to resume: a new connection then needs neither certificates nor signatures.
final class TLSSession: Sendable {
    /// An `SSL_SESSION`, counted by references and not changed any more.
    nonisolated(unsafe) let pointer: OpaquePointer

    /// When the server's certificate was verified: in the handshake that this session comes from, however many others have
    /// resumed one another since.
    let verifiedAt: Timestamp
    private let openSSL: OpenSSL

    init(owning pointer: OpaquePointer, verifiedAt: Timestamp, _ openSSL: OpenSSL) {
        self.pointer = pointer
        self.verifiedAt = verifiedAt
        self.openSSL = openSSL
    }

    deinit {
        guard OpenSSLGate.enter() else { return }
        defer { OpenSSLGate.leave() }
        openSSL.SSL_SESSION_free(pointer)
    }

    var isResumable: Bool { openSSL.SSL_SESSION_is_resumable(pointer) == 1 }

    /// Whether it may serve for several connections. From TLS 1.3 on that would let onlookers link them.
    var isReusable: Bool {
        Int(openSSL.SSL_SESSION_get_protocol_version(pointer)) < TLSContext.versionNumber(of: .tls13)
    }
}

/// The sessions that servers offered, for the next connections to them.
///
/// Kept by the server's name: a session resumed is not verified again, so it must never serve for another name.
final class TLSSessionCache: Sendable {
    /// As many as a pool may open at once after it has lost all its connections; older ones make way.
    static let maxSessions = 32

    /// A client of more servers than this starts over: it has more to do than to resume.
    static let maxServers = 256

    /// A session resumed is not verified again, so after this time the certificate is asked for anew: it may have expired.
    /// That is one whole handshake more, and it gives sessions for the same time to come.
    static let maxAge = Duration.seconds(600)

    private let sessions = Lock<[String: [TLSSession]]>([:])

    func add(_ session: TLSSession, for serverName: String) {
        sessions.withLock { sessions in
            if sessions.count >= Self.maxServers, sessions[serverName] == nil { sessions = [:] }
            var kept = sessions.removeValue(forKey: serverName) ?? []
            if kept.count >= Self.maxSessions { kept.removeFirst() }
            kept.append(session)
            sessions[serverName] = kept
        }
    }

    /// The newest session, unless it is older than ``maxAge``; whoever resumes it may give it back if it
    /// ``TLSSession/isReusable``.
    func take(for serverName: String, at now: Timestamp) -> TLSSession? {
        sessions.withLock { sessions in
            while let session = sessions[serverName]?.popLast() {
                if session.isResumable, now < session.verifiedAt + Self.maxAge { return session }
            }
            return nil
        }
    }
}

package import CachetoryRESP

/// What is said on a new connection before any command: the protocol version, who logs in, a name, a database.
///
/// A pure value: it gives the next request and takes the replies. All goes in one round trip. It takes more of them to
/// find out what an old server or a proxy does not know, and while the server asks to wait.
package struct Handshake: Sendable {
    /// What a command of it is for, and so what an error means.
    private enum Purpose {
        case hello, login, name, libraryInfo, database, probe
    }

    private let configuration: RedisClientConfiguration
    private let login: RedisClientConfiguration.Login?
    private var isDone = false

    /// What the peer is asked, without what it has refused as unknown.
    package private(set) var capabilities: PeerCapabilities

    /// Why the request has to be sent again after ``pause``: the server cannot do it yet. Nil if it need not.
    package private(set) var delay: RESPServerError?

    /// What the server said to `HELLO`, where that was not that it does not know it.
    package private(set) var doubtfulRefusal: RESPServerError?

    /// How long to wait before a request is sent again that the server cannot answer yet.
    package static let pause = Duration.milliseconds(50)

    /// - Parameter capabilities: what earlier connections have found out about the peer.
    package init(
        _ configuration: RedisClientConfiguration, login: RedisClientConfiguration.Login?,
        capabilities: PeerCapabilities = PeerCapabilities()
    ) {
        self.configuration = configuration
        self.login = login
        self.capabilities = capabilities
    }

    /// What to send next; nil once the connection is ready.
    package var request: Request? {
        commands.first.map { Request($0, Array(commands.dropFirst())) }
    }

    /// The commands of that request.
    package var commands: [RESPCommand] { steps.map(\.command) }

    /// Takes the replies to the last request.
    package mutating func receive(_ replies: [RESPReply]) throws(RedisCallError) {
        delay = nil
        for ((purpose, command), reply) in zip(steps, replies) {
            if case .error(let error) = reply {
                if try !mayIgnore(error, of: purpose) { return }
            } else if purpose == .login || purpose == .database, !reply.isOK {
                // Commands must not go to another database, nor be another user's.
                throw .unexpectedReply(command: command.name ?? "", reply: reply.summary)
            }
        }
        isDone = true
    }
}

// MARK: - What is said

extension Handshake {
    private var steps: [(purpose: Purpose, command: RESPCommand)] {
        if isDone { return [] }
        let opening = saysHello ? [(Purpose.hello, hello)] : authentication
        return opening + (capabilities.knowsClient ? introduction : []) + selection
    }

    private var saysHello: Bool { configuration.protocolVersion == .resp3 && capabilities.knowsHello }

    private var hello: RESPCommand {
        var arguments: [RESPArgument] = ["HELLO", "3"]
        if let login { arguments += ["AUTH", .string(login.username ?? "default"), .string(login.password)] }
        if let name = configuration.clientName { arguments += ["SETNAME", .string(name)] }
        return RESPCommand(arguments)
    }

    /// The user is left out where none was given, and for a server that knows only a password.
    private var authentication: [(Purpose, RESPCommand)] {
        guard let login else { return [] }
        let username = capabilities.knowsUsers ? login.username.map { [RESPArgument.string($0)] } ?? [] : []
        return [(.login, RESPCommand(["AUTH"] + username + [.string(login.password)]))]
    }

    private var introduction: [(Purpose, RESPCommand)] {
        var steps: [(Purpose, RESPCommand)] = []
        if !saysHello, let name = configuration.clientName {
            steps.append((.name, ["CLIENT", "SETNAME", .string(name)]))
        }
        // So that `CLIENT LIST` tells who is connected. Servers before Redis 7.2 refuse it, which does no harm.
        if let name = configuration.libraryName {
            steps.append((.libraryInfo, ["CLIENT", "SETINFO", "LIB-NAME", .string(name)]))
        }
        if let version = configuration.libraryVersion {
            steps.append((.libraryInfo, ["CLIENT", "SETINFO", "LIB-VER", .string(version)]))
        }
        return steps
    }

    /// Without `HELLO`, a login or a database, nothing would tell whether the server lets this client in.
    private var selection: [(Purpose, RESPCommand)] {
        if configuration.database != 0 { return [(.database, ["SELECT", .integer(configuration.database)])] }
        return saysHello || login != nil ? [] : [(.probe, ["PING"])]
    }
}

// MARK: - What is answered

extension Handshake {
    /// Takes an error.
    ///
    /// - Returns: whether it does no harm; otherwise the request has been changed, or is to be sent once more.
    /// - Throws: if the server refuses the connection.
    private mutating func mayIgnore(_ error: RESPServerError, of purpose: Purpose) throws(RedisCallError) -> Bool {
        if purpose == .libraryInfo { return true }
        if purpose == .probe, error.code != "NOAUTH" { return true }
        if error.saysServerIsFull {
            throw failure(Self.reason(error))
        }
        if error.asksToWait {
            delay = conceal(error)
            return false
        }
        switch purpose {
        case .hello where !isFinalAnswerToHello(error):
            capabilities.knowsHello = false
            if !error.saysCommandIsUnknown { doubtfulRefusal = conceal(error) }
            return false
        case .login where error.saysWrongNumberOfArguments && login?.username != nil && capabilities.knowsUsers:
            capabilities.knowsUsers = false
            return false
        case .name where error.saysCommandIsUnknown:
            return true
        default:
            throw .handshakeRefused(address: address, conceal(error))
        }
    }

    /// Whether it is the log-in that was refused, rather than `HELLO`. Servers and proxies have many words for not knowing
    /// that; what they say to `AUTH` then counts.
    private func isFinalAnswerToHello(_ error: RESPServerError) -> Bool {
        switch error.code {
        case "WRONGPASS", "NOPERM": true
        case "NOAUTH": login == nil
        default: false
        }
    }
}

// MARK: - How it ended

extension Handshake {
    /// An error of the server's as the reason why there is no connection, with what to do about it.
    package static func reason(_ error: RESPServerError) -> String {
        if error.saysServerIsFull {
            return "\(error); raise the server's maxclients, or lower max_connections here"
        }
        return "\(error)"
    }
}

extension Handshake {
    /// How far a handshake had come when the peer closed the connection.
    package struct End: Sendable {
        /// With what was learnt from replies.
        package var capabilities: PeerCapabilities
        package var saidHello: Bool
        package var isHelloAnswered: Bool
        package var saidClient: Bool
    }

    /// The peer has closed the connection.
    ///
    /// - Parameter first: the first reply to the last request, if there was one.
    package func end(after first: RESPReply?) -> End {
        var end = End(
            capabilities: capabilities, saidHello: steps.contains { $0.purpose == .hello },
            isHelloAnswered: first != nil,
            saidClient: steps.contains { [.name, .libraryInfo].contains($0.purpose) })
        if end.saidHello, case .error? = first { end.isHelloAnswered = false }
        return end
    }

    /// The address, as errors name it.
    package var address: String { "\(configuration.address)" }

    /// No connection, for a reason that may be in the peer's words.
    package func failure(_ reason: String) -> RedisCallError {
        .connectFailed(
            address: address,
            reason: login?.isRepeated(in: reason) == true ? RedisClientConfiguration.Login.concealed : reason)
    }

    /// The error without the password: peers that do not know `AUTH` may repeat what stood behind it.
    private func conceal(_ error: RESPServerError) -> RESPServerError {
        guard let login, login.isRepeated(in: error.description) else { return error }
        let code = login.isRepeated(in: error.code) ? "ERR" : error.code
        return RESPServerError(code: code, message: RedisClientConfiguration.Login.concealed)
    }
}

extension RedisClientConfiguration.Login {
    fileprivate static let concealed = "(what the peer said is not shown, for it repeats the password)"

    fileprivate func isRepeated(in text: String) -> Bool {
        !password.isEmpty && text.contains(password)
    }
}

extension RESPServerError {
    /// What the server cannot do now, it can do later.
    fileprivate var asksToWait: Bool {
        switch code {
        case "BUSY", "LOADING", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN": true
        default: false
        }
    }

    /// Redis before version 6, a proxy that does not pass a command on, or a server that knows no RESP3.
    package var saysCommandIsUnknown: Bool {
        let text = description.lowercased()
        return code == "NOPROTO"
            || ["unknown", "unsupported", "not supported", "disabled", "not allowed", "invalid command"].contains {
                text.contains($0)
            }
    }

    /// What a server says that takes no more clients, to whatever it is asked.
    fileprivate var saysServerIsFull: Bool { message.hasPrefix("max number of clients") }

    /// `AUTH` with two arguments, to a server before Redis 6.
    fileprivate var saysWrongNumberOfArguments: Bool {
        message.lowercased().hasPrefix("wrong number of arguments")
    }
}

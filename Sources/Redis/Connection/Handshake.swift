package import RESP

/// What is said on a new connection before any command: the protocol version, who logs in, a name, a database.
///
/// A pure value: it gives the next request and takes the replies. All goes in one round trip, or in two with a server
/// older than Redis 6, which does not know `HELLO`.
package struct Handshake: Sendable {
    private enum Step {
        case hello, withoutHello, done
    }

    private let login: RedisConfiguration.Login?
    private let clientName: String?
    private let database: Int
    private let address: String
    private var step: Step

    /// Sent as `CLIENT SETINFO`, so that `CLIENT LIST` tells who is connected. Servers before Redis 7.2 refuse it, which
    /// does no harm.
    private static let libraryInfo: [Command] = [
        ["CLIENT", "SETINFO", "LIB-NAME", "cachetory-swift"],
        ["CLIENT", "SETINFO", "LIB-VER", "0.1.0"],
    ]

    package init(_ configuration: RedisConfiguration, login: RedisConfiguration.Login?) {
        self.login = login
        clientName = configuration.clientName
        database = configuration.database
        address = "\(configuration.address)"
        step = configuration.protocolVersion == .resp3 ? .hello : .withoutHello
    }

    /// What to send next; nil once the connection is ready.
    package var request: Request? {
        commands.first.map { Request($0, Array(commands.dropFirst())) }
    }

    /// The commands of that request.
    package var commands: [Command] {
        switch step {
        case .hello: [hello] + Self.libraryInfo + selection
        case .withoutHello: authentication + naming + Self.libraryInfo + selection
        case .done: []
        }
    }

    /// Takes the replies to the last request.
    package mutating func receive(_ replies: [RESPValue]) throws(RedisError) {
        if step == .hello, case .error(let error)? = replies.first, error.saysHelloIsUnknown {
            step = .withoutHello
            return
        }
        for (command, reply) in zip(commands, replies) where !Self.libraryInfo.contains(command) {
            if case .error(let error) = reply { throw .handshakeRefused(address: address, error) }
        }
        step = .done
    }

    private var hello: Command {
        var arguments: [RESPArgument] = ["HELLO", "3"]
        if let login { arguments += ["AUTH", .string(login.username ?? "default"), .string(login.password)] }
        if let clientName { arguments += ["SETNAME", .string(clientName)] }
        return Command(arguments)
    }

    /// The user is left out where none was given: servers before Redis 6 know only a password.
    private var authentication: [Command] {
        guard let login else { return [] }
        let username = login.username.map { [RESPArgument.string($0)] } ?? []
        return [Command(["AUTH"] + username + [.string(login.password)])]
    }

    private var naming: [Command] {
        clientName.map { [["CLIENT", "SETNAME", .string($0)]] } ?? []
    }

    private var selection: [Command] {
        database == 0 ? [] : [["SELECT", .integer(database)]]
    }
}

extension RESPServerError {
    /// Redis before version 6, a proxy that does not pass `HELLO` on, or a server that knows no RESP3.
    fileprivate var saysHelloIsUnknown: Bool {
        code == "NOPROTO" || (code == "ERR" && message.lowercased().hasPrefix("unknown command"))
    }
}

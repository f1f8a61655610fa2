import Foundation

/// A blocking connection to a server's unix socket, for what is said to a node of a cluster.
///
/// It is none of the TCP connections that tests count.
struct ServerConversation: ~Copyable {
    private let socket: Descriptor

    /// What was read, and how much of it was taken.
    private var input: [UInt8] = []
    private var position = 0

    typealias Login = (username: String?, password: String)

    /// Longer than a server needs for anything that is asked here, on a machine that is busy with other things.
    private static let patience = Duration.seconds(20)

    private init(owning socket: consuming Descriptor) {
        self.socket = socket
    }

    /// Connects, and logs in where that is asked for.
    static func open(_ socketPath: String, login: Login? = nil) throws(LocalServerError) -> ServerConversation {
        guard let socket = try Descriptor.connected(to: socketPath, patience: patience) else {
            throw .noAnswer(command: "connect to \(socketPath)")
        }
        var conversation = ServerConversation(owning: socket)
        if let login {
            try conversation.demand(["AUTH"] + (login.username.map { [$0] } ?? []) + [login.password])
        }
        return conversation
    }

    /// Sends a command and returns the reply, an error included.
    mutating func ask(_ words: [String]) throws(LocalServerError) -> LocalReply {
        try ask([words])[0]
    }

    /// Sends commands in one go and returns the replies, errors included.
    mutating func ask(_ commands: [[String]]) throws(LocalServerError) -> [LocalReply] {
        try exchange(commands.map { $0.map { Array($0.utf8) } })
    }

    /// Sends a command, in which keys may be any bytes.
    mutating func ask(_ words: [[UInt8]]) throws(LocalServerError) -> LocalReply {
        try exchange([words])[0]
    }

    private mutating func exchange(_ commands: [[[UInt8]]]) throws(LocalServerError) -> [LocalReply] {
        var replies: [LocalReply] = []
        if send(commands) {
            while replies.count < commands.count, let reply = reply() { replies.append(reply) }
        }
        guard replies.count == commands.count else {
            throw .noAnswer(command: Self.text(commands[replies.count]))
        }
        return replies
    }

    /// Sends a command that must not be refused.
    @discardableResult
    mutating func demand(_ words: [String]) throws(LocalServerError) -> LocalReply {
        try demand([words])[0]
    }

    /// Sends commands, none of which must be refused.
    @discardableResult
    mutating func demand(_ commands: [[String]]) throws(LocalServerError) -> [LocalReply] {
        let replies = try ask(commands)
        for (command, reply) in zip(commands, replies) {
            if case .error(let answer) = reply {
                throw .refused(command: command.prefix(Self.shownWords).joined(separator: " "), answer: answer)
            }
        }
        return replies
    }

    /// A command may have thousands of words; the first ones tell which it is.
    private static let shownWords = 4

    private static func text(_ words: [[UInt8]]) -> String {
        words.prefix(shownWords).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    // MARK: Bytes

    private func send(_ commands: [[[UInt8]]]) -> Bool {
        var bytes: [UInt8] = []
        for words in commands {
            bytes += "*\(words.count)\r\n".utf8
            for word in words {
                bytes += "$\(word.count)\r\n".utf8
                bytes += word
                bytes += "\r\n".utf8
            }
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
        }
        return true
    }

    /// The next reply; nil at the end of the stream, or if it does not come in time.
    private mutating func reply() -> LocalReply? {
        guard let line = line(), let kind = line.first else { return nil }
        let text = String(decoding: line.dropFirst(), as: UTF8.self)
        switch UnicodeScalar(kind) {
        case "+": return .bytes(Array(line.dropFirst()))
        case "-": return .error(text)
        case ":": return Int(text).map { .integer($0) }
        case "$":
            guard let count = Int(text) else { return nil }
            return count < 0 ? .nothing : bytes(count).map { .bytes($0) }
        case "*":
            guard let count = Int(text) else { return nil }
            if count < 0 { return .nothing }
            var replies: [LocalReply] = []
            for _ in 0..<count {
                guard let reply = reply() else { return nil }
                replies.append(reply)
            }
            return .list(replies)
        default: return nil
        }
    }

    /// The bytes up to the end of a line, which is taken, too.
    private mutating func line() -> ArraySlice<UInt8>? {
        var searched = position
        while true {
            if let end = input[searched...].firstIndex(of: UInt8(ascii: "\n")), end > position {
                defer { position = end + 1 }
                return input[position..<end - 1]
            }
            searched = input.count
            let taken = position
            guard read() else { return nil }
            // Reading drops what was taken.
            searched -= taken - position
        }
    }

    /// So many bytes, and the end of the line behind them.
    private mutating func bytes(_ count: Int) -> [UInt8]? {
        while input.count - position < count + 2 {
            guard read() else { return nil }
        }
        defer { position += count + 2 }
        return Array(input[position..<position + count])
    }

    /// Waits for more bytes; false at the end of the stream, or if none come in time.
    private mutating func read() -> Bool {
        input.removeSubrange(..<position)
        position = 0
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = recv(socket.number, &buffer, buffer.count, 0)
            if count > 0 {
                input += buffer[..<count]
                return true
            }
            if count == 0 || errno != EINTR { return false }
        }
    }
}

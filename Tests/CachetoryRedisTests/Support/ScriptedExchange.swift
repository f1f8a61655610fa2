import CachetoryRESP
import CachetoryRedis
import Foundation

/// An exchange with its pacing, whose requests are one-letter commands, and whose waiters are their letters.
///
/// A class, since `#expect` takes no value that cannot be copied.
final class ScriptedExchange {
    private var exchange = Exchange<String>()
    private var pacing = Pacing()

    /// `*1`, `$1` and a letter, with their line ends.
    static let bytesPerLetter = 11

    var inFlight: Int { exchange.inFlight }
    var largeBytes: Int { exchange.large.bytes }
    var largeReplies: Int { exchange.largeReplies }
    var oldest: String? { exchange.oldest }
    var queuedBytes: Int { exchange.queuedBytes }
    var isRefused: Bool { exchange.isRefused }
    var hasRequestAlone: Bool { exchange.hasRequestAlone }
    var isClosed: Bool { exchange.isClosed }
    var isOpen: Bool { exchange.isOpen }
    var isInDoubt: Bool { exchange.session.isInDoubt }
    var acceptsTransactions: Bool { exchange.session.acceptsTransactions }
    var mayWrite: Bool { exchange.mayWrite }
    var nextDeadline: Timestamp { exchange.nextDeadline }
    var overdueSince: Timestamp? { exchange.overdueSince }

    /// Adds a request with a command for each letter.
    func add(_ letters: String, deadline: Timestamp = .distantFuture) {
        let commands = letters.map { RESPCommand([.string(String($0))]) }
        exchange.add(Request(commands[0], Array(commands.dropFirst())), waiter: letters, deadline: deadline)
    }

    /// Adds a request with a command, whose reply is expected to be large.
    func add(expectingMuchOf letter: String, deadline: Timestamp = .distantFuture) {
        let request = Request(RESPCommand([.string(letter)]))
        exchange.add(request, waiter: letter, deadline: deadline, expectsLargeReply: true)
    }

    /// Adds a transaction with a command for each letter.
    func add(transaction letters: String) {
        let request = Request(transaction: letters.map { RESPCommand([.string(String($0))]) })
        exchange.add(request, waiter: letters, deadline: .distantFuture)
    }

    /// Adds a command of a caller who has the connection alone.
    func add(leased letter: String) {
        exchange.add(Request(leased: RESPCommand([.string(letter)])), waiter: letter, deadline: .distantFuture)
    }

    /// Adds a request with an argument of this size.
    func add(bytes: Int, deadline: Timestamp = .distantFuture) {
        let value = RESPArgument.bytes(Data(repeating: UInt8(ascii: "v"), count: bytes))
        exchange.add(Request(RESPCommand([value])), waiter: "\(bytes) bytes", deadline: deadline)
    }

    /// The same, encoded before it is added.
    func add(encoding bytes: Int) {
        let request = Request(RESPCommand([.bytes(Data(repeating: UInt8(ascii: "v"), count: bytes))]))
        var encoded = OutgoingBytes()
        request.encode(into: &encoded)
        _ = exchange.add(request, encoded: encoded, waiter: "\(bytes) bytes", deadline: .distantFuture)
    }

    /// Whether what has gathered is held back.
    func isHeld(at now: Timestamp) -> Bool { !pacing.shouldWrite(exchange.backlog, at: now) }

    /// Tasks on the reactor's thread ask from now on.
    func beginIteration() {
        _ = pacing.requestAdded(exchange.backlog, onReactor: true, isInvited: false, at: .microseconds(0))
    }

    func endIteration() { _ = pacing.iterationEnded() }

    /// Takes the writing role, and says which letters are to be written; nil if there is none to take.
    func start(at now: Timestamp = .microseconds(0)) -> String? {
        guard exchange.mayWrite else { return nil }
        var bytes = OutgoingBytes()
        exchange.startWriting(&bytes)
        pacing.writeBegan(upTo: exchange.taken, at: now)
        return Self.letters(in: &bytes)
    }

    /// Gives the writing role back, unless there is more to write: says what.
    func finish(at now: Timestamp = .microseconds(0)) -> String? {
        exchange.finishWriting()
        return pacing.shouldWrite(exchange.backlog, at: now) ? start(at: now) : nil
    }

    /// Writes all that has gathered, and says what that was.
    func write(at now: Timestamp = .microseconds(0)) -> String? {
        let written = start(at: now)
        if written != nil { _ = finish(at: now) }
        return written
    }

    func pause(unsentBytes: Int) { exchange.pauseWriting(unsentBytes: unsentBytes) }

    func resume() { exchange.resumeWriting() }

    /// Takes replies that have come together.
    func receive(_ replies: RESPReply..., at now: Timestamp = .microseconds(0)) throws -> [Answer] {
        defer {
            let answered = exchange.finishReceiving(at: now)
            // So few that the reactor goes on reading.
            _ = pacing.repliesCame(upTo: answered, inFlight: 0, callers: 0, at: now)
        }
        return try replies.compactMap { try exchange.receive($0) }.map { Answer($0.waiter, $0.reply) }
    }

    /// Takes the requests back that were added as those, counted from one.
    func withdraw(_ number: Int) -> Bool { exchange.withdraw(UInt64(number)) }

    func expire(at now: Timestamp) -> [Left] {
        exchange.expire(at: now).map { Left($0.waiter, mayBeExecuted: $0.mayBeExecuted) }
    }

    func noteUnexplainedQueued() { exchange.session.noteUnexplainedQueued() }

    func takeAbandonedInDoubt() -> [Left] {
        exchange.takeAbandonedInDoubt().map { Left($0.waiter, mayBeExecuted: $0.mayBeExecuted) }
    }

    func close() -> [Left] {
        exchange.close().map { Left($0.waiter, mayBeExecuted: $0.mayBeExecuted) }
    }

    /// The letters, and how large the arguments are that are none.
    private static func letters(in bytes: inout OutgoingBytes) -> String {
        var text = ""
        while !bytes.isEmpty {
            let piece = bytes.withFirstPiece { String(decoding: $0, as: UTF8.self) }
            text += piece
            bytes.removeFirst(piece.utf8.count)
        }
        return text.replacing("*1\r\n$1\r\n", with: "")
            .replacing(/\*1\r\n\$([0-9]+)\r\n(v*)/) { "[\(Int($0.1) == $0.2.count ? $0.1 : "not \($0.1)")]" }
            .replacing("\r\n", with: "")
    }
}

/// A waiter and its reply.
struct Answer: Hashable {
    let waiter: String
    let reply: RESPReply

    init(_ waiter: String, _ reply: RESPReply) {
        self.waiter = waiter
        self.reply = reply
    }
}

/// A waiter that got no reply.
struct Left: Hashable {
    let waiter: String
    let mayBeExecuted: Bool

    init(_ waiter: String, mayBeExecuted: Bool) {
        self.waiter = waiter
        self.mayBeExecuted = mayBeExecuted
    }
}

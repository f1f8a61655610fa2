import CachetoryRESP
import CachetorySmallFoundation

extension RESPCommand {
    /// Throws unless the command may go over a connection that other callers use as well.
    func checkIsShareable() throws(RedisCallError) {
        try checkIsSupported()
        if SessionState.needsExclusiveLease(self) { throw .needsExclusiveLease(command: name ?? "") }
    }

    /// Throws if the command would leave a connection on which replies and commands do not go together any more: its
    /// caller would wait in vain.
    package func checkIsSupported() throws(RedisCallError) {
        guard let name else {
            if arguments.isEmpty { throw .emptyCommand }
            return
        }
        if Self.unanswered.contains(name) { throw .unsupportedCommand(command: name) }
        guard name == "CLIENT", arguments.count > 2, arguments[1].word == "REPLY", let mode = arguments[2].word,
            mode == "OFF" || mode == "SKIP"
        else { return }
        throw .unsupportedCommand(command: "CLIENT REPLY \(mode)")
    }

    /// Those that are answered with a push, with no reply, or with more than one.
    private static let unanswered: Set<String> = [
        "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE", "MONITOR", "SYNC",
        "PSYNC", "REPLCONF",
    ]

    /// The name in upper case; nil if there is none.
    package var name: String? { arguments.first?.word }
}

extension RESPArgument {
    /// In upper case, as the names of commands and options are compared; nil for a number.
    fileprivate var word: String? {
        switch self {
        case .string(let word): word.uppercased()
        case .bytes(let word): String(decoding: word, as: UTF8.self).uppercased()
        case .integer: nil
        }
    }
}

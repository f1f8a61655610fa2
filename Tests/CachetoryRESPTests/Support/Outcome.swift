import CachetoryRESP

/// What a parser made of some bytes, up to their end or the first error.
struct Outcome: Equatable, Sendable {
    var replies: [RESPReply] = []
    var error: RESPError?
    var hasPartialValue = false
}

extension Outcome {
    /// Parses `pieces` in turn, taking out all replies after each.
    init(of pieces: some Sequence<some Collection<UInt8>>, limits: RESPLimits = .default) {
        var parser = RESPParser(limits: limits)
        do throws(RESPError) {
            for piece in pieces {
                Array(piece).withUnsafeBytes { parser.append($0) }
                while let reply = try parser.next() { replies.append(reply) }
            }
        } catch {
            self.error = error
        }
        hasPartialValue = parser.hasPartialValue
    }

    /// Parses `bytes` in pieces of `size`.
    init(of bytes: [UInt8], inPiecesOf size: Int, limits: RESPLimits = .default) {
        let starts = stride(from: 0, to: bytes.count, by: size)
        self.init(of: starts.map { bytes[$0..<min($0 + size, bytes.count)] }, limits: limits)
    }

    init(of text: String, limits: RESPLimits = .default) {
        self.init(of: [Array(text.utf8)], limits: limits)
    }

    /// Parses `bytes` as a socket would deliver them: as much as there is room for.
    init(receiving bytes: [UInt8], minimum: Int, limits: RESPLimits = .default) {
        var parser = RESPParser(limits: limits)
        var rest = bytes[...]
        do throws(RESPError) {
            while !rest.isEmpty {
                let received = parser.receive(minimum: minimum) { room in
                    let count = min(room.count, rest.count)
                    room.copyBytes(from: rest.prefix(count))
                    return count
                }
                rest = rest.dropFirst(received)
                while let reply = try parser.next() { replies.append(reply) }
            }
        } catch {
            self.error = error
        }
        hasPartialValue = parser.hasPartialValue
    }
}

import CachetoryRESP
import Foundation

extension Benchmark {
    /// The parser on streams of replies. An operation is a reply.
    static var parser: [Benchmark] { ReplyStream.all.map(parsing) }

    private static func parsing(_ stream: ReplyStream) -> Benchmark {
        Benchmark(
            name: "parser/" + stream.name, operations: stream.replies, bytes: stream.bytes.count / stream.replies
        ) {
            let reader = StreamReader(stream)
            return .blocking { try reader.read() }
        }
    }
}

/// Gives a parser a stream in pieces, as reads from a socket would.
private final class StreamReader {
    /// As much as hiredis reads at once.
    private static let pieceBytes = 16 << 10

    private let stream: ReplyStream
    private var parser = RESPParser()

    init(_ stream: ReplyStream) { self.stream = stream }

    func read() throws {
        // Passed on, so that this property is not looked after for each reply but once.
        let replies = try Self.countReplies(in: stream, with: &parser)
        try expect(replies == stream.replies && !parser.hasPartialValue)
    }

    private static func countReplies(in stream: ReplyStream, with parser: inout RESPParser) throws -> Int {
        var replies = 0
        try stream.bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = try parser.receive(minimum: pieceBytes) { room throws(WrongResult) in
                    let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(min(room.count, pieceBytes)))
                    room.copyMemory(from: piece)
                    return piece.count
                }
                rest = rest.dropFirst(count)
                while try parser.next() != nil { replies += 1 }
            }
        }
        return replies
    }
}

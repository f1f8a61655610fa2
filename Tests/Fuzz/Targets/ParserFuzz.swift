import CachetoryRESP

/// What comes out must not depend on the pieces in which it came.
enum ParserFuzz {
    private struct Outcome {
        var replies: [RESPReply] = []
        var error: RESPError?
        var isPartial = false

        init(of bytes: UnsafeRawBufferPointer, inPiecesOf size: Int) {
            var parser = RESPParser()
            var start = 0
            do throws(RESPError) {
                while start < bytes.count {
                    let end = min(bytes.count, start + size)
                    parser.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    start = end
                    while let reply = try parser.next() { replies.append(reply) }
                }
                isPartial = parser.hasPartialValue
            } catch {
                self.error = error
            }
        }

        // By their texts where they differ, for one that is not a number differs from itself.
        func isSame(as other: Outcome) -> Bool {
            error == other.error && isPartial == other.isPartial
                && (replies == other.replies || "\(replies)" == "\(other.replies)")
        }
    }

    static func run(_ bytes: UnsafeRawBufferPointer) {
        let whole = Outcome(of: bytes, inPiecesOf: max(1, bytes.count))
        for size in [1, 3] {
            let inPieces = Outcome(of: bytes, inPiecesOf: size)
            precondition(whole.isSame(as: inPieces), "whole: \(whole)\nin pieces of \(size): \(inPieces)")
        }
    }
}

package import Foundation

/// Bytes on their way out, with large values among them that stay where their callers have them.
///
/// To copy a large value takes longer than all else that is done for its command, and is done where others wait: they
/// share the connection. So it is *lent*: kept until it was taken, and sent from where it lies.
@usableFromInline
package struct OutgoingBytes: ~Copyable, Sendable {
    private struct Lent {
        let value: Data
        /// How much of it was taken.
        var taken = 0
        /// How many bytes of `copied` lie between this and the lent value before it, or the front.
        var distance: Int

        var rest: Int { value.count - taken }
    }

    /// From this size on a value is lent. To copy less takes no longer than to send more pieces.
    package static let lentSize = 32 * 1024

    /// All that was not lent. Others may append to it at any time, and take from it while ``isCopied``.
    @usableFromInline
    package var copied = ByteBuffer()

    private var lent: [Lent] = []

    /// How many bytes the lent values still have.
    private var lentCount = 0

    /// How many bytes of `copied` lie before the last lent value: the sum of the distances.
    private var placed = 0

    package init() {}

    /// How many bytes can be taken.
    package var count: Int { copied.count + lentCount }

    /// Whether none can be taken.
    package var isEmpty: Bool { copied.isEmpty && lentCount == 0 }

    /// Whether nothing of it is lent.
    @usableFromInline
    package var isCopied: Bool { lentCount == 0 }

    /// Appends a value, which must not be empty, without copying it.
    package mutating func lend(_ value: Data) {
        lent.append(Lent(value: value, distance: copied.count - placed))
        placed = copied.count
        lentCount += value.count
    }

    /// Takes `n` bytes from the front.
    package mutating func removeFirst(_ n: Int) {
        precondition(n >= 0 && n <= count, "cannot take more bytes than there are")
        var n = n
        while n > 0, !isCopied {
            let before = min(n, lent[0].distance)
            copied.removeFirst(before)
            lent[0].distance -= before
            placed -= before
            let part = min(n - before, lent[0].rest)
            lent[0].taken += part
            lentCount -= part
            if lent[0].rest == 0 { lent.removeFirst() }
            n -= before + part
        }
        copied.removeFirst(n)
    }

    /// Takes `n` bytes from the front, and appends them to others. What is lent as a whole is so there, too.
    package mutating func moveFirst(_ n: Int, to others: inout OutgoingBytes) {
        var n = n
        while n > 0 {
            let count: Int
            if let first = lent.first, first.distance == 0, first.taken == 0, first.value.count <= n {
                others.lend(first.value)
                count = first.value.count
            } else {
                count = withFirstPiece { piece in
                    let part = piece.prefix(n)
                    others.copied.append(UnsafeRawBufferPointer(rebasing: part))
                    return part.count
                }
            }
            removeFirst(count)
            n -= count
        }
    }

    /// Empties it once all was taken; see ``ByteBuffer/removeAll(keepingCapacityUpTo:)``.
    package mutating func removeAll(keepingCapacityUpTo limit: Int) {
        precondition(isCopied, "what is lent has to be taken")
        copied.removeAll(keepingCapacityUpTo: limit)
    }
}

// MARK: - To be sent

extension OutgoingBytes {
    /// Passes as many bytes of the front as lie in one piece to `body`; the pointer is valid inside it only.
    @inlinable
    package borrowing func withFirstPiece<R, E>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        if isCopied { return try copied.withUnsafeBytes(body) }
        return try withFirstPieces { before, value, _ throws(E) in try body(before.isEmpty ? value : before) }
    }

    /// Passes what lies around the first lent value to `body`: the bytes before it, the rest of it, and the bytes behind it
    /// up to the next one. Only while something is lent.
    @usableFromInline
    package borrowing func withFirstPieces<R, E>(
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        let first = lent[0]
        let bytes = copied.readable
        let end = lent.count > 1 ? first.distance + lent[1].distance : bytes.count
        return try first.value.bytes.withUnsafeBytes { value throws(E) in
            try body(
                UnsafeRawBufferPointer(rebasing: bytes[..<first.distance]),
                UnsafeRawBufferPointer(rebasing: value[first.taken...]),
                UnsafeRawBufferPointer(rebasing: bytes[first.distance..<end]))
        }
    }
}

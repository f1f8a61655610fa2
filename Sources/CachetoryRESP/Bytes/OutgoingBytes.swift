package import CachetorySmallFoundation

/// Bytes on their way out, with large values among them that stay where their callers have them.
///
/// To copy a large value takes longer than all else that is done for its command, and is done where others wait: they
/// share the connection. So it is *lent*: kept until it was taken, and sent from where it lies.
@usableFromInline
package struct OutgoingBytes: ~Copyable, Sendable {
    private struct Lent {
        var value: Data
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

    /// Those before `firstLent` were taken, and have let go of their values.
    private var lent: [Lent] = []
    private var firstLent = 0

    /// So many are kept before their places are closed up or given back.
    private static let keptPlaces = 64

    /// How many bytes the lent values still have.
    @usableFromInline
    private(set) var lentCount = 0

    /// How many bytes of `copied` lie before the last lent value: the sum of the distances.
    private var placed = 0

    package init() {}

    /// How many bytes can be taken.
    @inlinable
    package var count: Int { copied.count + lentCount }

    /// Whether none can be taken.
    @inlinable
    package var isEmpty: Bool { copied.isEmpty && isCopied }

    /// Whether nothing of it is lent. `@inlinable`, for each call asks some times.
    @inlinable
    package var isCopied: Bool { lentCount == 0 }

    private var first: Lent? { isCopied ? nil : lent[firstLent] }

    /// Appends a value, which must not be empty, without copying it.
    package mutating func lend(_ value: Data) {
        lent.append(Lent(value: value, distance: copied.count - placed))
        placed = copied.count
        lentCount += value.count
    }

    /// Appends others, which were put together elsewhere. What is large of them is not copied.
    package mutating func append(_ others: consuming OutgoingBytes) {
        var others = others
        let block = others.copied.takeData()
        var position = block.startIndex
        for lent in others.lent[others.firstLent...] {
            append(block[position..<position + lent.distance])
            position += lent.distance
            append(lent.taken == 0 ? lent.value : lent.value.dropFirst(lent.taken))
        }
        append(block[position...])
    }

    private mutating func append(_ piece: Data) {
        if piece.count >= Self.lentSize { lend(piece) } else { piece.withUnsafeBytes { copied.append($0) } }
    }

    /// Takes `n` bytes from the front.
    package mutating func removeFirst(_ n: Int) {
        precondition(n >= 0 && n <= count, "cannot take more bytes than there are")
        var n = n
        while n > 0, !isCopied {
            let before = min(n, lent[firstLent].distance)
            copied.removeFirst(before)
            lent[firstLent].distance -= before
            placed -= before
            let part = min(n - before, lent[firstLent].rest)
            lent[firstLent].taken += part
            lentCount -= part
            if lent[firstLent].rest == 0 { removeFirstLent() }
            n -= before + part
        }
        copied.removeFirst(n)
    }

    /// In constant time, on the average.
    private mutating func removeFirstLent() {
        lent[firstLent].value = Data()
        firstLent += 1
        if firstLent == lent.count {
            lent.removeAll(keepingCapacity: lent.capacity <= Self.keptPlaces)
        } else if firstLent >= Self.keptPlaces, firstLent * 2 >= lent.count {
            lent.removeFirst(firstLent)
        } else {
            return
        }
        firstLent = 0
    }

    /// Takes `n` bytes from the front, and appends them to others. What is lent as a whole is so there, too.
    package mutating func moveFirst(_ n: Int, to others: inout OutgoingBytes) {
        var n = n
        while n > 0 {
            let count: Int
            if let first, first.distance == 0, first.taken == 0, first.value.count <= n {
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
        let first = lent[firstLent]
        let second = firstLent + 1
        let bytes = copied.readable
        let end = second < lent.count ? first.distance + lent[second].distance : bytes.count
        return try first.value.bytes.withUnsafeBytes { value throws(E) in
            try body(
                UnsafeRawBufferPointer(rebasing: bytes[..<first.distance]),
                UnsafeRawBufferPointer(rebasing: value[first.taken...]),
                UnsafeRawBufferPointer(rebasing: bytes[first.distance..<end]))
        }
    }
}

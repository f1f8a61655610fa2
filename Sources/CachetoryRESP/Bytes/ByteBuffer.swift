import CachetorySmallFoundation

/// Bytes in a growing block of raw memory, appended at one end and taken from the other.
///
/// Taking moves an index and copies nothing. What was taken is reclaimed when room is needed: the rest moves down if
/// that costs less than was taken, so appending and taking are both constant time per byte.
///
/// `@unchecked Sendable`: the only pointer to the memory is inside a value that cannot be copied, so whoever holds the
/// buffer is alone with it.
@usableFromInline
package struct ByteBuffer: ~Copyable, @unchecked Sendable {
    /// The block, `nil` while nothing was ever stored. Bytes `start..<end` of it are readable.
    private var base: UnsafeMutableRawPointer?

    /// How many bytes the block has.
    private(set) var capacity: Int

    private var start = 0
    private var end = 0

    /// An empty buffer with room for `capacity` bytes.
    package init(capacity: Int = 0) {
        self.capacity = capacity
        base = capacity > 0 ? Self.reallocate(nil, to: capacity) : nil
    }

    deinit { free(base) }

    /// How many bytes can be read.
    @usableFromInline
    package var count: Int { end - start }

    /// Whether nothing can be read.
    @usableFromInline
    package var isEmpty: Bool { start == end }

    /// Appends a copy of `bytes`.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        memcpy(tail(minimum: bytes.count), source, bytes.count)
        end += bytes.count
    }

    /// Appends one byte.
    package mutating func append(_ byte: UInt8) {
        tail(minimum: 1).storeBytes(of: byte, as: UInt8.self)
        end += 1
    }

    /// Makes room for `additional` bytes, so that appending as many moves nothing.
    package mutating func reserve(_ additional: Int) {
        if capacity - end < additional { makeRoom(for: additional) }
    }

    /// Takes `n` bytes from the front.
    package mutating func removeFirst(_ n: Int) {
        precondition(n >= 0 && n <= count, "cannot take more bytes than there are")
        start += n
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Empties the buffer. A block larger than `limit` is given back, so that one large message is not paid for forever.
    package mutating func removeAll(keepingCapacityUpTo limit: Int) {
        start = 0
        end = 0
        guard capacity > limit else { return }
        free(base)
        base = nil
        capacity = 0
    }

    /// Passes the readable bytes to `body`; the pointer is valid inside it only.
    ///
    /// `@inlinable`, as all that takes a closure: the closures of the module that does the I/O are then part of its own
    /// code, rather than called through a generic entry. That takes a type that is `@usableFromInline`, too.
    @inlinable
    package borrowing func withUnsafeBytes<R, E>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try body(readable)
    }

    /// Passes free memory of at least `minimum` bytes to `body`, which returns how many it wrote.
    ///
    /// - Returns: What `body` returned. Nothing is appended if that is zero or negative.
    @inlinable
    package mutating func appendUninitialized<E>(
        minimum: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        let written = try body(room(minimum: minimum))
        commit(written)
        return written
    }
}

// Without closures, for this module's own hot paths. The pointers are valid until the next mutation.
extension ByteBuffer {
    /// The bytes that can be read.
    @usableFromInline
    package var readable: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base.map { $0 + start }, count: end - start)
    }

    /// Where the readable bytes begin, if there are any.
    @inline(__always)
    var front: UnsafeRawPointer { UnsafeRawPointer(base.unsafelyUnwrapped + start) }

    /// Takes `n` bytes from the front that were already found to be there.
    @inline(__always)
    mutating func skip(_ n: Int) { start &+= n }

    /// All the free memory behind the readable bytes, at least `minimum` of it.
    @usableFromInline
    package mutating func room(minimum: Int) -> UnsafeMutableRawBufferPointer {
        reserve(minimum)
        return UnsafeMutableRawBufferPointer(start: base.map { $0 + end }, count: capacity - end)
    }

    /// Makes the first `written` bytes of ``room(minimum:)`` readable.
    @usableFromInline
    package mutating func commit(_ written: Int) {
        guard written > 0 else { return }
        precondition(written <= capacity - end, "more bytes were written than there was room for")
        end += written
    }

    /// Takes `n` bytes from the back.
    mutating func removeLast(_ n: Int) {
        precondition(n >= 0 && n <= count, "cannot take more bytes than there are")
        end -= n
    }

    /// Makes the block exactly `newCapacity` bytes, if it is smaller: for contents whose final size is known.
    mutating func grow(toCapacity newCapacity: Int) {
        guard newCapacity > capacity else { return }
        base = Self.reallocate(base, to: newCapacity)
        capacity = newCapacity
    }

    /// Hands the block itself over as `Data`, without copying. The buffer is empty afterwards.
    mutating func takeData() -> Data {
        guard let block = base, start < end else {
            removeAll(keepingCapacityUpTo: 0)
            return Data()
        }
        let count = self.count
        if start > 0 { memmove(block, block + start, count) }
        // A block that is nearly full stays as it is: returning a few bytes is not worth the call.
        let fitted = capacity - count > count / 8 ? Self.reallocate(block, to: count) : block
        base = nil
        capacity = 0
        start = 0
        end = 0
        return Data(bytesNoCopy: fitted, count: count, deallocator: .free)
    }
}

extension ByteBuffer {
    /// Where the next byte goes, with room for `minimum` of them.
    mutating func tail(minimum: Int) -> UnsafeMutableRawPointer {
        reserve(minimum)
        // `reserve` allocated the block if there was none, for every caller asks for at least one byte.
        return base.unsafelyUnwrapped + end
    }

    /// Moves the readable bytes to the front if at least as many were taken, and doubles the block otherwise.
    private mutating func makeRoom(for additional: Int) {
        let count = self.count
        if start >= count, capacity - count >= additional, let base {
            memcpy(base, base + start, count)
        } else {
            let newCapacity = max(count + additional, 2 * capacity)
            if start > 0, let base { memmove(base, base + start, count) }
            base = Self.reallocate(base, to: newCapacity)
            capacity = newCapacity
        }
        start = 0
        end = count
    }

    /// `realloc`, which moves large blocks by remapping their pages.
    private static func reallocate(_ block: UnsafeMutableRawPointer?, to capacity: Int) -> UnsafeMutableRawPointer {
        guard let block = realloc(block, capacity) else { preconditionFailure("out of memory") }
        return block
    }
}

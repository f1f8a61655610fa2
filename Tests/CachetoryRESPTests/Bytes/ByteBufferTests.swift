import CachetoryRESP
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct ByteBufferTests {
    @Test func `what is appended is read in the same order`() {
        var buffer = ByteBuffer()
        buffer.append(UInt8(ascii: "a"))
        buffer.append("bc")
        buffer.append("")
        #expect(buffer.contents == Array("abc".utf8))
        buffer.removeFirst(1)
        buffer.append("d")
        #expect(buffer.contents == Array("bcd".utf8))
        buffer.removeFirst(3)
        #expect(buffer.contents == [])
    }

    @Test func `an empty buffer is empty`() {
        let buffer = ByteBuffer()
        let reserved = ByteBuffer(capacity: 100)
        let (isEmpty, count) = (buffer.isEmpty && reserved.isEmpty, buffer.count + reserved.count)
        #expect(isEmpty && count == 0)
        #expect(buffer.contents == [])
        #expect(reserved.contents == [])
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `it is a queue of bytes`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var buffer = ByteBuffer(capacity: Int.random(in: 0...64, using: &random))
        var model: [UInt8] = []
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...100, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1:
                bytes.withUnsafeBytes { buffer.append($0) }
                model += bytes
            case 2:
                let written = buffer.appendUninitialized(minimum: count) { room in
                    room.copyBytes(from: bytes)
                    return count
                }
                #expect(written == count)
                model += bytes
            case 3:
                buffer.append(UInt8(truncatingIfNeeded: count))
                model.append(UInt8(truncatingIfNeeded: count))
            case 4: buffer.reserve(count)
            case 5 where count == 0:
                buffer.removeAll(keepingCapacityUpTo: Int.random(in: 0...200, using: &random))
                model = []
            default:
                let taken = min(count, model.count)
                buffer.removeFirst(taken)
                model.removeFirst(taken)
            }
            #expect(buffer.contents == model)
        }
    }

    @Test func `there is as much room as was asked for`() {
        var buffer = ByteBuffer()
        buffer.append("abc")
        for minimum in [0, 1, 10, 1_000, 100_000] {
            let room = buffer.appendUninitialized(minimum: minimum) { room in
                #expect(room.count >= minimum)
                return 0
            }
            #expect(room == 0)
        }
        #expect(buffer.contents == Array("abc".utf8))
    }

    @Test func `nothing is appended if nothing was written or the writer fails`() {
        struct Failure: Error {}
        var buffer = ByteBuffer()
        buffer.append("abc")
        let result = buffer.appendUninitialized(minimum: 10) { _ in -1 }
        #expect(result == -1)
        do throws(Failure) {
            _ = try buffer.appendUninitialized(minimum: 10) { _ throws(Failure) in throw Failure() }
            Issue.record("the error was swallowed")
        } catch {}
        #expect(buffer.contents == Array("abc".utf8))
    }

    @Test func `reserved room is not moved`() {
        var buffer = ByteBuffer()
        buffer.append("abc")
        buffer.reserve(1_000)
        let before = buffer.withUnsafeBytes { $0.baseAddress }
        for _ in 0..<1_000 { buffer.append(0) }
        let after = buffer.withUnsafeBytes { $0.baseAddress }
        #expect(before == after)
    }

    @Test func `a queue that stays short does not grow`() {
        var buffer = ByteBuffer(capacity: 64)
        buffer.append("0123456789")
        for _ in 0..<10_000 {
            buffer.append("abcdefg")
            buffer.removeFirst(7)
        }
        var room = 0
        _ = buffer.appendUninitialized(minimum: 1) {
            room = $0.count
            return 0
        }
        #expect(buffer.contents.count == 10)
        #expect(room <= 64 - 10)
    }

    @Test func `a large block is given back and a small one kept`() {
        var buffer = ByteBuffer(capacity: 100)
        for (limit, isKept) in [(200, true), (100, true), (99, false)] {
            buffer.append("abc")
            buffer.removeAll(keepingCapacityUpTo: limit)
            var room = 0
            _ = buffer.appendUninitialized(minimum: 1) {
                room = $0.count
                return 0
            }
            #expect((room == 100) == isKept)
        }
    }

    @Test func `buffers can be swapped`() {
        var outgoing = ByteBuffer()
        var pending = ByteBuffer()
        pending.append("abc")
        swap(&outgoing, &pending)
        #expect(outgoing.contents == Array("abc".utf8))
        #expect(pending.contents == [])
    }
}

extension ByteBuffer {
    mutating func append(_ text: String) {
        Array(text.utf8).withUnsafeBytes { append($0) }
    }

    var contents: [UInt8] { withUnsafeBytes { Array($0) } }
}

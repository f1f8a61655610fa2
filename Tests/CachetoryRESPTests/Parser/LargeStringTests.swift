import CachetoryRESP
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct LargeStringTests {
    static let threshold = RESPLimits.default.largeStringBytes

    /// Bytes that are not the same everywhere.
    static func contents(_ count: Int) -> Data { Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }) }

    static func bulk(_ contents: Data) -> [UInt8] {
        Array("$\(contents.count)\r\n".utf8) + contents + Array("\r\n".utf8)
    }

    @Test(
        arguments: [threshold - 1, threshold, threshold + 1, 100_000, 1_000_000], [1_000, 4_096, 65_536, 10_000_000])
    func `a large string is understood in pieces of any size`(_ count: Int, _ size: Int) {
        let contents = Self.contents(count)
        let bytes = Array("+OK\r\n".utf8) + Self.bulk(contents) + Array(":1\r\n".utf8)
        let replies: [RESPReply] = [.simpleString("OK"), .bulkString(contents), .integer(1)]
        #expect(Outcome(of: bytes, inPiecesOf: size) == Outcome(replies: replies))
        #expect(Outcome(receiving: bytes, minimum: size) == Outcome(replies: replies))
    }

    @Test(arguments: Fixture.strings + Fixture.aggregates + Fixture.streams + Fixture.attributes + Fixture.sequences)
    func `every string may be a large one`(_ fixture: Fixture) {
        var limits = RESPLimits()
        limits.largeStringBytes = 0
        #expect(Outcome(of: fixture.bytes, inPiecesOf: 1, limits: limits) == Outcome(replies: fixture.replies))
        for minimum in 1...20 {
            let outcome = Outcome(receiving: fixture.bytes, minimum: minimum, limits: limits)
            #expect(outcome == Outcome(replies: fixture.replies), "minimum \(minimum)")
        }
    }

    @Test func `a large string is received into the memory of its value`() throws {
        let contents = Self.contents(300_000)
        let bytes = Self.bulk(contents)
        var parser = RESPParser()
        var last: UnsafeMutableRawPointer?
        let reply = try bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                _ = parser.receive(minimum: 1) { room in
                    let piece = rest.prefix(room.count)
                    room.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece))
                    rest = rest.dropFirst(piece.count)
                    last = room.baseAddress
                    return piece.count
                }
                if let reply = try parser.next() { return reply }
            }
            return .null
        }
        guard case .bulkString(let data) = reply else {
            Issue.record("not a bulk string")
            return
        }
        #expect(data == contents)
        let isInside = try data.withUnsafeBytes { data in
            let start = try #require(data.baseAddress)
            return try (start..<start + data.count).contains(UnsafeRawPointer(#require(last)))
        }
        #expect(isInside)
    }

    @Test func `memory grows with what has come and not with what is declared`() throws {
        var parser = RESPParser()
        parser.append("$536870912\r\n")
        var received = 0
        while received < 1 << 20 {
            _ = try parser.next()
            let count = parser.receive(minimum: 1) { room in
                room.initializeMemory(as: UInt8.self, repeating: 0)
                return room.count
            }
            #expect(count <= max(64 << 10, received))
            received += count
        }
    }

    @Test func `what follows a large string is not received into it`() throws {
        var parser = RESPParser()
        let contents = Self.contents(100_000)
        parser.append("$100000\r\n")
        #expect(try parser.replies() == [])
        var rest = Array(contents + Data("\r\n:1\r\n".utf8))[...]
        // Without asking for replies in between, so that the parser has to keep the order itself.
        while !rest.isEmpty {
            _ = parser.receive(minimum: rest.count % 7 == 0 ? 90_000 : 1) { room in
                let count = min(room.count, rest.count, 777)
                room.copyBytes(from: rest.prefix(count))
                rest = rest.dropFirst(count)
                return count
            }
        }
        #expect(try parser.replies() == [.bulkString(contents), .integer(1)])
    }

    @Test func `other large strings are understood`() {
        let text = repeated("long text ", 10_000)
        let reply = Array("=\(text.utf8.count + 4)\r\nmkd:\(text)\r\n!\(text.utf8.count)\r\n\(text)\r\n:1\r\n".utf8)
        let replies: [RESPReply] = [
            .verbatim("mkd", text), .failure("long", "text " + repeated("long text ", 9_999)), .integer(1),
        ]
        #expect(Outcome(of: [reply]) == Outcome(replies: replies))
        #expect(Outcome(of: reply, inPiecesOf: 1_000) == Outcome(replies: replies))
    }

    @Test func `a streamed string may be large and its chunks too`() {
        let contents = Self.contents(200_000)
        var bytes = Array("*2\r\n$?\r\n".utf8)
        var rest = contents[...]
        for count in [1, 100_000, 3, 40_000, 50_000, 9_996] {
            bytes += Array(";\(count)\r\n".utf8) + rest.prefix(count) + Array("\r\n".utf8)
            rest = rest.dropFirst(count)
        }
        bytes += Array(";0\r\n:1\r\n".utf8)
        let expected = Outcome(replies: [.array([.bulkString(contents), .integer(1)])])
        #expect(Outcome(of: [bytes]) == expected)
        #expect(Outcome(of: bytes, inPiecesOf: 999) == expected)
        #expect(Outcome(receiving: bytes, minimum: 5_000) == expected)
    }

    @Test func `a large string must end with CR LF`() {
        let bytes = Array("$100000\r\n".utf8) + Self.contents(100_000) + Array("x\r\n".utf8)
        #expect(Outcome(of: [bytes]).error == .missingLineEnd("x\\r"))
        #expect(Outcome(of: bytes, inPiecesOf: 1_000).error == .missingLineEnd("x\\r"))
    }

    @Test func `a read that fails or ends changes nothing`() throws {
        struct Failure: Error {}
        var parser = RESPParser()
        parser.append("$100000\r\nabc")
        #expect(try parser.replies() == [])
        for _ in 0..<3 {
            let ended = parser.receive(minimum: 1) { _ in 0 }
            let failed = parser.receive(minimum: 1) { _ in -1 }
            #expect(ended == 0 && failed == -1)
            do throws(Failure) {
                _ = try parser.receive(minimum: 100) { _ throws(Failure) in throw Failure() }
                Issue.record("the error was swallowed")
            } catch {}
        }
        parser.append(repeated("x", 99_997) + "\r\n")
        #expect(try parser.replies() == [.bulk("abc" + repeated("x", 99_997))])
    }
}

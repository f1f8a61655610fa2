import CachetoryRESP
import CachetoryTestSupport
import Foundation
import Testing

@Suite(.timeLimit(.minutes(5))) struct OutgoingBytesTests {
    @Test func `what is lent lies among what was copied, in the order of both`() {
        var bytes = OutgoingBytes()
        bytes.copied.append("ab")
        bytes.lend(Data("cde".utf8))
        bytes.lend(Data("f".utf8))
        bytes.copied.append("gh")
        bytes.lend(Data("i".utf8))
        let count = bytes.count
        #expect(count == 9)
        #expect(bytes.takeAll() == Array("abcdefghi".utf8))
    }

    @Test func `a lent value is not copied`() {
        let value = Data(repeating: 1, count: 100)
        var bytes = OutgoingBytes()
        bytes.lend(value)
        #expect(bytes.frontAddress == value.address)
        var others = OutgoingBytes()
        bytes.moveFirst(100, to: &others)
        #expect(others.frontAddress == value.address)
        others.removeFirst(40)
        #expect(others.frontAddress == value.address.map { $0 + 40 })
    }

    @Test func `a thousand lent values come in order, and those that were taken are let go`() {
        var bytes = OutgoingBytes()
        var expected: [UInt8] = []
        var taken: [UInt8] = []
        for number in 0..<1000 {
            bytes.copied.append("\(number):")
            bytes.lend(Data("<\(number)>".utf8))
            expected += Array("\(number):<\(number)>".utf8)
            if number.isMultiple(of: 3) { taken += bytes.take(4) }
        }
        while !bytes.isEmpty { taken += bytes.take(min(7, bytes.count)) }
        #expect(taken == expected)
        let isEmpty = bytes.isEmpty && bytes.isCopied
        #expect(isEmpty)
    }

    @Test func `it is empty when the last lent byte was taken`() {
        var bytes = OutgoingBytes()
        bytes.lend(Data("ab".utf8))
        bytes.removeFirst(1)
        let isEmptyEarly = bytes.isEmpty || bytes.isCopied
        bytes.removeFirst(1)
        let isEmpty = bytes.isEmpty && bytes.isCopied
        #expect(!isEmptyEarly && isEmpty)
    }

    @Test func `the pieces around the first lent value go up to the next one`() {
        var bytes = OutgoingBytes()
        bytes.copied.append("ab")
        bytes.lend(Data("cde".utf8))
        bytes.copied.append("f")
        #expect(bytes.firstPieces == ["ab", "cde", "f"])
        bytes.lend(Data("g".utf8))
        bytes.copied.append("h")
        #expect(bytes.firstPieces == ["ab", "cde", "f"])
        bytes.removeFirst(3)
        #expect(bytes.firstPieces == ["", "de", "f"])
        bytes.removeFirst(2)
        #expect(bytes.firstPieces == ["f", "g", "h"])
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `it is a queue of bytes`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = OutgoingBytes()
        var others = OutgoingBytes()
        var (model, othersModel): ([UInt8], [UInt8]) = ([], [])
        for _ in 0..<1_000 {
            let length = Int.random(in: 1...40, using: &random)
            let more = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            let part = Int.random(in: 0...min(60, model.count), using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                more.withUnsafeBytes { bytes.copied.append($0) }
                model += more
            case 1:
                bytes.lend(Data([0] + more).dropFirst())
                model += more
            case 2:
                #expect(bytes.take(part) == Array(model.prefix(part)))
                model.removeFirst(part)
            default:
                bytes.moveFirst(part, to: &others)
                othersModel += model.prefix(part)
                model.removeFirst(part)
            }
            let count = bytes.count
            #expect(count == model.count)
        }
        #expect(bytes.takeAll() == model)
        #expect(others.takeAll() == othersModel)
    }
}

extension OutgoingBytes {
    /// Takes as many bytes from the front, piece by piece.
    mutating func take(_ count: Int) -> [UInt8] {
        var taken: [UInt8] = []
        while taken.count < count {
            let piece = withFirstPiece { Array($0.prefix(count - taken.count)) }
            taken += piece
            removeFirst(piece.count)
        }
        return taken
    }

    mutating func takeAll() -> [UInt8] { take(count) }

    var frontAddress: UnsafeRawPointer? { withFirstPiece { $0.baseAddress } }

    fileprivate var firstPieces: [String] {
        withFirstPieces { [$0, $1, $2].map { piece in String(decoding: piece, as: UTF8.self) } }
    }
}

extension Data {
    var address: UnsafeRawPointer? { bytes.withUnsafeBytes { $0.baseAddress } }
}

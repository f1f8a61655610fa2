import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct ValuePatternTests {
    private static let sizes = [0, 1, 3, 7, 8, 9, 15, 100, 4096, 100_000]

    @Test(arguments: sizes)
    func `a key's own value is right`(size: Int) {
        let pattern = ValuePattern(size: size)
        for key in [0, 1, 255, 256, 9_999_999] {
            #expect(pattern.value(of: key).count == size)
            #expect(pattern.difference(of: pattern.value(of: key), from: key) == nil)
        }
    }

    @Test(arguments: sizes)
    func `two makers of one size make the same values`(size: Int) {
        #expect(ValuePattern(size: size).value(of: 42) == ValuePattern(size: size).value(of: 42))
    }

    @Test(arguments: sizes.dropFirst())
    func `the value of another key is found and named`(size: Int) {
        let pattern = ValuePattern(size: size)
        #expect(pattern.difference(of: pattern.value(of: 17), from: 42) == .valueOfKey(17))
        #expect(pattern.difference(of: pattern.value(of: 0), from: 42) == .valueOfKey(0))
    }

    @Test(arguments: sizes.dropFirst())
    func `a value cut short or made longer is found`(size: Int) {
        let pattern = ValuePattern(size: size)
        let value = pattern.value(of: 42)
        #expect(pattern.difference(of: value.dropLast(), from: 42) == .length(size - 1))
        #expect(pattern.difference(of: Data(), from: 42) == .length(0))
        #expect(pattern.difference(of: value + [0], from: 42) == .length(size + 1))
    }

    @Test(arguments: [8, 9, 100])
    func `one flipped bit anywhere is found`(size: Int) {
        let pattern = ValuePattern(size: size)
        for offset in 0..<size {
            for bit in 0..<8 {
                var value = pattern.value(of: 42)
                value[offset] ^= 1 << bit
                let difference = pattern.difference(of: value, from: 42)
                // With nothing but the number in it, a value with a flipped bit is that of another key.
                #expect(size == 8 || difference == .corrupt(offset: offset))
                #expect(difference != nil)
            }
        }
    }

    @Test func `values of the same body differ by their number`() {
        // Among so many keys some begin their bodies at the same place.
        let pattern = ValuePattern(size: 64)
        let values = Set((0..<20_000).map { pattern.value(of: $0) })
        #expect(values.count == 20_000)
    }

    @Test func `a slice of a larger buffer is compared by its content`() {
        let pattern = ValuePattern(size: 100)
        let buffer = Data([1, 2, 3]) + pattern.value(of: 5)
        #expect(pattern.difference(of: buffer.dropFirst(3), from: 5) == nil)
    }
}

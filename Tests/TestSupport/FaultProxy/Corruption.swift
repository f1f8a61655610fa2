/// Changes bytes at random, but the same ones in every run with the same seed.
package struct Corruption: Sendable {
    private var generator: SeededGenerator
    private let interval: UInt64

    /// - Parameter interval: one byte of so many is changed, on average.
    package init(seed: UInt64, oneIn interval: Int) {
        generator = SeededGenerator(seed: seed)
        self.interval = UInt64(interval)
    }

    mutating func apply(to bytes: inout [UInt8]) {
        for index in bytes.indices where generator.next() % interval == 0 {
            // Never by zero, which would change nothing.
            bytes[index] ^= UInt8(generator.next() % 255) + 1
        }
    }
}

/// Changes bytes at random, but the same ones in every run with the same seed.
package struct Corruption: Sendable {
    private var state: UInt64
    private let interval: UInt64

    /// - Parameter interval: one byte of so many is changed, on average.
    package init(seed: UInt64, oneIn interval: Int) {
        state = seed
        self.interval = UInt64(interval)
    }

    mutating func apply(to bytes: inout [UInt8]) {
        for index in bytes.indices where next() % interval == 0 {
            // Never by zero, which would change nothing.
            bytes[index] ^= UInt8(next() % 255) + 1
        }
    }

    /// SplitMix64, by G. Steele, D. Lea and C. Flood (2014).
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

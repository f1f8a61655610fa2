/// The system's random numbers, from a generator that has a place in memory.
///
/// `SystemRandomNumberGenerator` is empty. Handed on as `inout`, its address is whatever a register holds, and
/// ThreadSanitizer takes the access for one to that memory.
package struct SystemGenerator: RandomNumberGenerator {
    private var calls = 0

    package init() {}

    package mutating func next() -> UInt64 {
        calls &+= 1
        return UInt64.random(in: .min ... .max)
    }
}

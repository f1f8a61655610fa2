import Foundation

/// Where libFuzzer comes in: what it calls, and its start.
enum LibFuzzer {
    private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
    private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private typealias Driver =
        @convention(c) (UnsafeMutablePointer<CInt>, UnsafeMutablePointer<Arguments>, Callback) ->
        CInt

    /// Runs it with a program's arguments; nil if it is not linked in.
    static func run(_ arguments: [String]) -> CInt? {
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "LLVMFuzzerRunDriver") else { return nil }
        var count = CInt(arguments.count)
        // Its own for ever: it may change them.
        var copies = Arguments.allocate(capacity: arguments.count + 1)
        for (place, argument) in arguments.enumerated() { copies[place] = strdup(argument) }
        copies[arguments.count] = nil
        return unsafeBitCast(symbol, to: Driver.self)(&count, &copies) { LLVMFuzzerTestOneInput($0, $1) }
    }
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
func LLVMFuzzerTestOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target = FuzzTarget.chosen else {
        fatalError("\(FuzzTarget.variable) does not name a target")
    }
    target.run(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}

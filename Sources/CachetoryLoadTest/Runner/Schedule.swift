/// When each operation of an open loop is to start: at a constant rate, whatever the answers do.
///
/// Latency counts from then. Counted from when a worker starts the operation, a stall of the store would delay many
/// operations and show in few (coordinated omission).
struct Schedule: Sendable {
    /// When the first operation starts, in nanoseconds.
    let begin: UInt64
    /// Operations in a second.
    let rate: Double

    /// When an operation is to start; the first is number 0.
    func start(of number: Int) -> UInt64 {
        begin + UInt64(Double(number) / rate * 1e9)
    }

    /// How many operations were to start before a time.
    func due(before time: UInt64) -> Int {
        guard time > begin else { return 0 }
        return Int((Double(time - begin) / 1e9 * rate).rounded(.up))
    }
}

extension Duration {
    /// Whole nanoseconds, for durations that the options allow.
    var nanoseconds: UInt64 {
        UInt64(components.seconds) * 1_000_000_000 + UInt64(components.attoseconds / 1_000_000_000)
    }

    /// Whole milliseconds, likewise.
    var milliseconds: UInt64 { nanoseconds / 1_000_000 }
}

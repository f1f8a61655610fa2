import CachetorySmallFoundation

/// A point in time as MessagePack's extension of type -1 stores it: whole seconds since 1970, and nanoseconds.
struct MessagePackTimestamp: Equatable {
    private static let nanosecondsPerSecond: UInt32 = 1_000_000_000

    var seconds: Int64

    /// Less than a second.
    var nanoseconds: UInt32

    /// The point in time, to the nanosecond; nil where the date is not a number or too far away.
    init?(_ date: Date) {
        let sinceReference = date.timeIntervalSinceReferenceDate
        let whole = sinceReference.rounded(.down)
        guard let seconds = Int64(exactly: whole) else { return nil }
        // Split before the shift to 1970, which would cost precision: a `Date` counts from 2001.
        let nanoseconds = UInt32(((sinceReference - whole) * Double(Self.nanosecondsPerSecond)).rounded())
        let (carry, rest) = nanoseconds.quotientAndRemainder(dividingBy: Self.nanosecondsPerSecond)
        let offset = Int64(Date.timeIntervalBetween1970AndReferenceDate) + Int64(carry)
        let (shifted, isTooLarge) = seconds.addingReportingOverflow(offset)
        guard !isTooLarge else { return nil }
        self.seconds = shifted
        self.nanoseconds = rest
    }

    /// Reads the extension's content, of 4, 8 or 12 bytes; nil where it is none.
    init?(_ bytes: UnsafeRawBufferPointer) {
        switch bytes.count {
        case 4:
            seconds = Int64(UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
            nanoseconds = 0
        case 8:
            let both = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
            seconds = Int64(both & (1 << 34 - 1))
            nanoseconds = UInt32(both >> 34)
        case 12:
            nanoseconds = UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))
            seconds = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: Int64.self))
        default:
            return nil
        }
        guard nanoseconds < Self.nanosecondsPerSecond else { return nil }
    }

    /// The nearest `Date`, which is exact to some 100 nanoseconds today.
    var date: Date {
        // As floating point: the seconds may be close to the largest integer.
        let whole = Double(seconds) - Date.timeIntervalBetween1970AndReferenceDate
        return Date(
            timeIntervalSinceReferenceDate: whole + Double(nanoseconds) / Double(Self.nanosecondsPerSecond)
        )
    }
}

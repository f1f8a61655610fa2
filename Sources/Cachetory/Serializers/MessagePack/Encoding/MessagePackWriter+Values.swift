import CachetorySmallFoundation

/// Each value is written in the shortest format that holds it.
extension MessagePackWriter {
    private typealias Format = MessagePackFormat

    func writeNil() {
        output.append(Format.null)
    }

    func write(_ value: Bool) {
        output.append(value ? Format.true : Format.false)
    }

    func write(_ value: Float) {
        output.append(Format.float32, value.bitPattern)
    }

    func write(_ value: Double) {
        output.append(Format.float64, value.bitPattern)
    }

    @inline(__always)
    func write<Integer: FixedWidthInteger>(_ value: Integer) {
        if let small = Int8(exactly: value), small >= -32 {
            // The positive and the negative fixint are the number itself.
            output.append(small)
        } else if value > 0 {
            writeUnsigned(UInt64(truncatingIfNeeded: value))
        } else {
            writeNegative(Int64(truncatingIfNeeded: value))
        }
    }

    private func writeUnsigned(_ value: UInt64) {
        switch value {
        case ...0xff: output.append(Format.unsigned8, UInt8(truncatingIfNeeded: value))
        case ...0xffff: output.append(Format.unsigned16, UInt16(truncatingIfNeeded: value))
        case ...0xffff_ffff: output.append(Format.unsigned32, UInt32(truncatingIfNeeded: value))
        default: output.append(Format.unsigned64, value)
        }
    }

    private func writeNegative(_ value: Int64) {
        switch value {
        case Int64(Int8.min)...: output.append(Format.signed8, Int8(truncatingIfNeeded: value))
        case Int64(Int16.min)...: output.append(Format.signed16, Int16(truncatingIfNeeded: value))
        case Int64(Int32.min)...: output.append(Format.signed32, Int32(truncatingIfNeeded: value))
        default: output.append(Format.signed64, value)
        }
    }

    func write(_ value: String) {
        var value = value
        // No copy where the string is native, as nearly all are.
        value.withUTF8 { text in
            if text.count < 32 {
                output.append(Format.fixString | UInt8(text.count))
            } else {
                writeHeader(text.count, Format.string8, Format.string16, Format.string32)
            }
            output.append(UnsafeRawBufferPointer(text))
        }
    }

    func write(_ value: Data) {
        writeHeader(value.count, Format.binary8, Format.binary16, Format.binary32)
        value.withUnsafeBytes { output.append($0) }
    }

    func write(_ value: MessagePackExtensionValue) {
        switch value.data.count {
        case 1: output.append(Format.fixExtension1)
        case 2: output.append(Format.fixExtension2)
        case 4: output.append(Format.fixExtension4)
        case 8: output.append(Format.fixExtension8)
        case 16: output.append(Format.fixExtension16)
        case let count: writeHeader(count, Format.extension8, Format.extension16, Format.extension32)
        }
        output.append(value.type)
        value.data.withUnsafeBytes { output.append($0) }
    }

    func write(_ value: MessagePackTimestamp) {
        if let seconds = UInt32(exactly: value.seconds), value.nanoseconds == 0 {
            output.append(Format.fixExtension4, Format.timestamp)
            output.append(seconds)
        } else if (0..<1 << 34).contains(value.seconds) {
            output.append(Format.fixExtension8, Format.timestamp)
            output.append(UInt64(value.nanoseconds) << 34 | UInt64(value.seconds))
        } else {
            output.append(Format.extension8, UInt8(12))
            output.append(Format.timestamp)
            output.append(value.nanoseconds)
            output.append(value.seconds)
        }
    }

    private func writeHeader(_ count: Int, _ format8: UInt8, _ format16: UInt8, _ format32: UInt8) {
        if let count = UInt8(exactly: count) {
            output.append(format8, count)
        } else if let count = UInt16(exactly: count) {
            output.append(format16, count)
        } else if let count = UInt32(exactly: count) {
            output.append(format32, count)
        } else {
            isTooLarge = true
        }
    }
}

/// A container's header says how many elements follow, which is known only after them. So its first byte is left open,
/// which is the whole header of most containers, and the elements of the others move when it is filled in.
extension MessagePackWriter {
    private typealias Format = MessagePackFormat

    /// Leaves the first byte of a container open.
    ///
    /// - Returns: Where it is, for ``endContainer(at:count:isMap:)``.
    func beginContainer() -> Int {
        output.append(Format.null)
        return output.count - 1
    }

    /// Fills in a container's header.
    ///
    /// - Parameters:
    ///   - header: What ``beginContainer()`` returned.
    ///   - count: How many elements there are; in a map, how many pairs.
    ///   - isMap: Whether it is a map, and not an array.
    func endContainer(at header: Int, count: Int, isMap: Bool) {
        if count < 16 {
            let byte = (isMap ? Format.fixMap : Format.fixArray) | UInt8(count)
            output.base.storeBytes(of: byte, toByteOffset: header, as: UInt8.self)
        } else if let count = UInt16(exactly: count) {
            widen(header, to: isMap ? Format.map16 : Format.array16, count)
        } else if let count = UInt32(exactly: count) {
            widen(header, to: isMap ? Format.map32 : Format.array32, count)
        } else {
            isTooLarge = true
        }
    }

    private func widen<Count: FixedWidthInteger>(_ header: Int, to format: UInt8, _ count: Count) {
        let start = header + 1
        let shift = MemoryLayout<Count>.size
        output.reserve(shift)
        let elements = output.base + start
        (elements + shift).copyMemory(from: elements, byteCount: output.count - start)
        output.base.storeBytes(of: format, toByteOffset: header, as: UInt8.self)
        elements.storeBytes(of: count.bigEndian, as: Count.self)
        output.count += shift
        moveInserts(behind: header, by: shift)
    }
}

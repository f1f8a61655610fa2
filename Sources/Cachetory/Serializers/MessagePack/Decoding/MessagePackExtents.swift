/// Where containers end, each found once.
///
/// To find the end of a container is to walk over all that is in it. Each map around a value does so before the value is
/// read, and each value that was not read to its end once more. So a walk notes the ends of the containers within, and
/// those that contain the value find them here: no byte is walked over again for each level around it.
struct MessagePackExtents {
    /// Shorter ones are walked over again: noting their ends would take longer.
    private static let shortestNoted = 64

    /// A container that a walk is within.
    private struct Open {
        /// Where its first element begins.
        let start: Int

        /// How many of its elements are still to come.
        var remaining: Int
    }

    /// The ends by the places where the first elements begin, which differ for all containers that have some.
    private var ends: [UInt32: UInt32] = [:]

    /// Empty between walks; kept for its memory.
    private var open: [Open] = []

    /// How many values walks have passed so far.
    private(set) var steps = 0

    /// Where the value ends that a token begins.
    mutating func end(of token: MessagePackToken, in reader: MessagePackReader) throws(MessagePackFault) -> Int {
        guard token.children > 0 else { return token.end }
        if let end = ends[UInt32(token.start)] { return Int(end) }
        defer { open.removeAll(keepingCapacity: true) }
        open.append(Open(start: token.start, remaining: token.children))
        var offset = token.start
        while let innermost = open.last {
            guard innermost.remaining > 0 else {
                if offset - innermost.start >= Self.shortestNoted {
                    ends[UInt32(innermost.start)] = UInt32(offset)
                }
                open.removeLast()
                continue
            }
            open[open.count - 1].remaining -= 1
            steps += 1
            let next = try reader.token(at: offset)
            offset = next.end
            if next.children > 0 {
                if let end = ends[UInt32(next.start)] {
                    offset = Int(end)
                } else {
                    open.append(Open(start: next.start, remaining: next.children))
                }
            }
        }
        return offset
    }
}

import CachetorySmallFoundation

/// The bytes that one value of `Codable`, with all values within, is written to.
///
/// A class, because the containers of `Codable` are copied about and write to the same bytes.
final class MessagePackWriter {
    /// A place to return to when a value fails halfway and the caller goes on without it.
    struct Mark {
        fileprivate let bytes: Int
        fileprivate let inserts: Int
    }

    let output: OutputBytes

    /// How deep the one encoder nests that may write now; a container of any other was kept for too long.
    var depth: Int

    /// Whether something was too large for the format. Nothing written counts then; the end says so.
    var isTooLarge = false

    /// Whether two parts of a value, such as a class and its superclass, have written to one map: then a key may be in it
    /// twice, which nobody could read.
    var hasSharedMaps = false

    /// What is written apart, by containers that may be used at any time until the end, and where it belongs. In order.
    private var inserts: [(offset: Int, encoder: MessagePackValueEncoder)] = []

    init(depth: Int, capacity: Int) {
        self.depth = depth
        output = OutputBytes(capacity: capacity)
    }

    var mark: Mark { Mark(bytes: output.count, inserts: inserts.count) }

    func rewind(to mark: Mark) {
        output.count = mark.bytes
        inserts.removeSubrange(mark.inserts...)
    }

    /// Keeps a place for what an encoder with bytes of its own writes.
    func insert(_ encoder: MessagePackValueEncoder) {
        inserts.append((output.count, encoder))
    }

    func moveInserts(behind offset: Int, by shift: Int) {
        for index in inserts.indices.reversed() {
            guard inserts[index].offset > offset else { break }
            inserts[index].offset += shift
        }
    }

    /// All that was written, what was written apart included. Nothing is written afterwards.
    func finish() throws(MessagePackFault) -> Data {
        guard !isTooLarge else { throw .tooLarge }
        guard !inserts.isEmpty else { return output.takeData() }

        let whole = OutputBytes(capacity: output.count)
        var start = 0
        for (offset, encoder) in inserts {
            whole.append(UnsafeRawBufferPointer(rebasing: output.written[start..<offset]))
            try encoder.finish().withUnsafeBytes { whole.append($0) }
            hasSharedMaps = hasSharedMaps || encoder.hasSharedMaps
            start = offset
        }
        whole.append(UnsafeRawBufferPointer(rebasing: output.written[start...]))
        return whole.takeData()
    }
}

import Cachetory
import CachetoryTestSupport
import Foundation
import Testing

/// The deepest values that are allowed, on a small stack.
@Suite struct SerializerDepthTests {
    /// Twice the size of the smallest that threads commonly have, for code that is not optimized needs twice as much.
    private static let smallStack = 1 << 20

    @Test(.timeLimit(.minutes(5)), arguments: [256, 257])
    func `nesting up to the limit and beyond it needs no large stack`(depth: Int) async throws {
        if depth > 256 {
            await #expect(throws: CacheSerializationError.self) { try await comesBack(depth) }
        } else {
            #expect(try await comesBack(depth))
        }
    }

    /// Whether a value so deep is written as it was read.
    private func comesBack(_ depth: Int) async throws -> Bool {
        try await onThread(stackSize: Self.smallStack) {
            let serializer = MessagePackCacheSerializer<Nested>()
            let bytes = Data(repeating: 0x91, count: depth - 1) + [0x90]
            return try serializer.serialize(serializer.deserialize(bytes)) == bytes
        }
    }
}

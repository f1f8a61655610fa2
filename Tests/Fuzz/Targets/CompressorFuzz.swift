import Cachetory
import Foundation

/// Bytes as they come are decompressed or refused; compressed, they come back as they were.
struct CompressorFuzz: Sendable {
    private let check: @Sendable (Data) -> Void

    /// So that a bomb costs little time, and is refused nevertheless.
    private static let maximumSize = 1 << 20

    static let zlib = CompressorFuzz { () throws(CacheSerializationError) in try .zlib(maximumSize: maximumSize) }
    static let zstd = CompressorFuzz { () throws(CacheSerializationError) in try .zstd(maximumSize: maximumSize) }

    private init<Method: CacheCompressor>(_ make: () throws(CacheSerializationError) -> Method) {
        let compressor: Method
        do {
            compressor = try make()
        } catch {
            fatalError("\(error)")
        }
        check = { bytes in
            if let value = try? compressor.deserialize(bytes) {
                precondition(value.count <= Self.maximumSize)
            }
            do {
                let compressed = try compressor.serialize(bytes)
                precondition(compressor.isCompressed(compressed))
                let value = try compressor.deserialize(compressed)
                precondition(value == bytes)
            } catch {
                fatalError("\(error)")
            }
        }
    }

    func run(_ bytes: UnsafeRawBufferPointer) {
        check(Data(bytes))
    }
}

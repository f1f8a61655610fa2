import CachetoryRESP
import Foundation

extension Benchmark {
    /// Commands written into a connection's buffer, which is emptied as if it had been sent.
    static var encoder: [Benchmark] {
        let value = Data(repeating: 120, count: 100)
        let key = "user:session:1234"
        let items = (0..<100).map { (key: "key:\($0)", value: value) }
        let keys = items.map(\.key)
        return [
            encoding("get", ["GET", .string(key)]),
            encoding("set-100-bytes", ["SET", .string(key), .bytes(value)]),
            encoding("set-with-expiry", ["SET", .string(key), .bytes(value), "PX", 60_000]),
            encoding("mset-100", ["MSET"] + items.flatMap { [.string($0.key), .bytes($0.value)] }),
            // What the backends send, from the form in which they have it.
            encoding("key") { $0.appendCommand("GET", key: key) },
            encoding("keys-100") { $0.appendCommand("MGET", keys: keys) },
            encoding("value-with-expiry") { $0.appendSet(key, to: value, milliseconds: 60_000, ifNotExists: false) },
            encoding("items-100") { $0.appendCommand("MSET", items: items) },
        ]
    }

    private static func encoding(_ name: String, _ command: [RESPArgument]) -> Benchmark {
        encoding(name) { $0.appendCommand(command) }
    }

    private static func encoding(_ name: String, write: @escaping @Sendable (inout ByteBuffer) -> Void) -> Benchmark {
        Benchmark(name: "encoder/" + name, operations: 100) {
            let output = Output(write)
            return .blocking { try output.write(100) }
        }
    }
}

private final class Output {
    private let writeOnce: (inout ByteBuffer) -> Void
    private let size: Int
    private var bytes = ByteBuffer()

    init(_ write: @escaping (inout ByteBuffer) -> Void) {
        writeOnce = write
        var once = ByteBuffer()
        write(&once)
        size = once.count
    }

    func write(_ count: Int) throws {
        Self.write(writeOnce, count, to: &bytes)
        try expect(bytes.count == size * count)
        bytes.removeFirst(bytes.count)
    }

    private static func write(_ once: (inout ByteBuffer) -> Void, _ count: Int, to bytes: inout ByteBuffer) {
        for _ in 0..<count { once(&bytes) }
    }
}

import Foundation
import RESP

extension Benchmark {
    /// Commands written into a connection's buffer, which is emptied as if it had been sent.
    static var encoder: [Benchmark] {
        let value = RESPArgument.bytes(Data(repeating: 120, count: 100))
        return [
            encoding("get", ["GET", "user:session:1234"]),
            encoding("set-100-bytes", ["SET", "user:session:1234", value]),
            encoding("set-with-expiry", ["SET", "user:session:1234", value, "PX", 60_000]),
            encoding("mset-100", ["MSET"] + (0..<100).flatMap { ["key:\($0)", value] }),
        ]
    }

    private static func encoding(_ name: String, _ command: [RESPArgument]) -> Benchmark {
        Benchmark(name: "encoder/" + name, operations: 100) {
            let output = Output(command)
            return .blocking { try output.write(100) }
        }
    }
}

private final class Output {
    private let command: [RESPArgument]
    private let size: Int
    private var bytes = ByteBuffer()

    init(_ command: [RESPArgument]) {
        self.command = command
        var once = ByteBuffer()
        once.appendCommand(command)
        size = once.count
    }

    func write(_ count: Int) throws {
        Self.write(command, count, to: &bytes)
        try expect(bytes.count == size * count)
        bytes.removeFirst(bytes.count)
    }

    private static func write(_ command: [RESPArgument], _ count: Int, to bytes: inout ByteBuffer) {
        for _ in 0..<count { bytes.appendCommand(command) }
    }
}

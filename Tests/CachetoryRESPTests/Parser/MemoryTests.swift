#if os(Linux)
    import Foundation
    import CachetoryRESP
    import CachetoryTestSupport
    import Testing

    @Suite(.timeLimit(.minutes(5))) struct MemoryTests {
        /// The address space that the process has for data, in bytes.
        private func dataSize() throws -> Int {
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmData:") })
            return try #require(Int(line.filter(\.isNumber))) << 10
        }

        @Test(
            arguments: [
                "*19000000\r\n", "%9000000\r\n", "*?\r\n", "$536870912\r\n", "|524288\r\n",
                String(repeating: "*19000000\r\n", count: 64),
            ].map(Input.init))
        func `a declared size takes no memory`(_ input: Input) throws {
            let before = try dataSize()
            // What is declared would take 2 GB at least.
            let connections = (0..<100).map { _ in Connection() }
            for connection in connections {
                connection.parser.append(input.text)
                #expect(try connection.parser.replies() == [])
            }
            #expect(try dataSize() - before < 1 << 30)
        }
    }

    private final class Connection {
        var parser = RESPParser()
    }
#endif

import CachetoryTestSupport
import Foundation
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(5)))
struct ResourceSampleTests {
    @Test func `it sees what the process takes`() async throws {
        let before = ResourceSample.ofThisProcess()
        // Other tests run beside this one, but hold no more than a part of this.
        let size = 200_000_000
        let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        memset(memory, 1, size)
        let files = (0..<200).map { _ in open("/dev/null", O_RDONLY) }
        let halt = DispatchSemaphore(value: 0)
        for _ in 0..<50 { Thread.detachNewThread { halt.wait() } }
        let isSeen = try await onThread {
            Processes.wait {
                let now = ResourceSample.ofThisProcess()
                return (now.memory ?? 0) > (before.memory ?? .max / 2) + 100_000_000
                    && (now.descriptors ?? 0) > (before.descriptors ?? .max / 2) + 100
                    && (now.threads ?? 0) > (before.threads ?? .max / 2) + 25
            }
        }
        #expect(isSeen)
        for file in files { close(file) }
        for _ in 0..<50 { halt.signal() }
        memory.deallocate()
    }
}

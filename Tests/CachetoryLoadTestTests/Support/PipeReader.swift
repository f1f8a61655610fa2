import CachetoryLocking
import Foundation

/// Reads what a program writes as it is written: a program whose pipe is full waits for ever.
final class PipeReader: Sendable {
    private let text = Lock(Data())
    private let isDone = DispatchSemaphore(value: 0)

    init(_ pipe: Pipe) {
        let reader = pipe.fileHandleForReading
        Thread.detachNewThread {
            while case let data = reader.availableData, !data.isEmpty {
                self.text.withLock { $0 += data }
            }
            self.isDone.signal()
        }
    }

    /// What was read until now.
    var soFar: String {
        String(decoding: text.withLock { $0 }, as: UTF8.self)
    }

    /// Blocks until the program has closed the pipe.
    func all() -> String {
        isDone.wait()
        isDone.signal()
        return soFar
    }
}

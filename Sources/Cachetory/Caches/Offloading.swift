import CachetorySmallFoundation
import Synchronization

/// Decides which values are read and written off the caller's executor: those that take long.
final class Offloading: Sendable {
    private let threshold: Int

    /// Whether the last value that was written was large. The size of the next is known only once it is written.
    private let wroteLarge = Atomic(false)

    /// Whether the next value is likely to be large.
    var writesLarge: Bool { wroteLarge.load(ordering: .relaxed) }

    /// - Returns: nil where nothing is ever offloaded.
    init?<Wire>(_ type: Wire.Type, threshold: Int?) {
        guard let threshold, type == Data.self else { return nil }
        self.threshold = threshold
    }

    func isLarge<Wire>(_ wire: Wire) -> Bool {
        guard let data = wire as? Data else { return false }
        return data.count >= threshold
    }

    func didWrite<Wire>(_ wire: Wire) {
        wroteLarge.store(isLarge(wire), ordering: .relaxed)
    }
}

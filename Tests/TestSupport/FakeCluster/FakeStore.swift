import Foundation

/// The keys of all nodes, by their slots: who has the slot has its keys.
struct FakeStore {
    private struct Entry {
        var value: [UInt8]
        var expiry: ContinuousClock.Instant?
    }

    private var slots = [[[UInt8]: Entry]](repeating: [:], count: KeySlot.count)

    private func entry(_ key: [UInt8]) -> Entry? {
        guard let entry = slots[KeySlot.of(key)][key] else { return nil }
        return entry.expiry.map { $0 <= .now } == true ? nil : entry
    }

    subscript(key: [UInt8]) -> [UInt8]? { entry(key)?.value }

    /// Nil for a key that is not there; otherwise what is left of its time, if that is limited.
    func timeToLive(of key: [UInt8]) -> Duration?? {
        entry(key).map { $0.expiry.map { $0 - .now } }
    }

    mutating func set(_ key: [UInt8], to value: [UInt8], timeToLive: Duration? = nil) {
        slots[KeySlot.of(key)][key] = Entry(value: value, expiry: timeToLive.map { .now + $0 })
    }

    /// Returns whether there is such a key.
    mutating func setTimeToLive(_ time: Duration?, of key: [UInt8]) -> Bool {
        guard let entry = entry(key) else { return false }
        set(key, to: entry.value, timeToLive: time)
        return true
    }

    /// Returns whether there was such a key.
    mutating func remove(_ key: [UInt8]) -> Bool {
        guard entry(key) != nil else { return false }
        slots[KeySlot.of(key)][key] = nil
        return true
    }

    func keys(inSlot slot: Int) -> [[UInt8]] {
        slots[slot].keys.filter { entry($0) != nil }
    }

    func count(inSlot slot: Int) -> Int { slots[slot].isEmpty ? 0 : keys(inSlot: slot).count }

    mutating func removeAll(inSlot slot: Int) { slots[slot] = [:] }
}

import CachetoryRedis

extension Timestamp {
    /// A moment of a test that has no clock, counted from its beginning.
    static func microseconds(_ count: Int64) -> Timestamp { Timestamp(nanoseconds: count * 1000) }
}

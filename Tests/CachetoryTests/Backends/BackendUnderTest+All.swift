import Cachetory
import Foundation

extension BackendUnderTest {
    /// Every backend of the library.
    static let all = [
        asyncMemory, syncMemory, asyncRedisTCP, asyncRedisUnix, asyncRedis2, syncRedisTCP, syncRedisUnix,
        asyncRedisTLS, syncRedisTLS, asyncRedisCluster, syncRedisCluster,
        asyncMemory.throughCache, syncMemory.throughCache, asyncRedisTCP.throughCache, syncRedisTCP.throughCache,
    ]

    static let asyncMemory = BackendUnderTest("AsyncMemoryBackend") {
        let clock = ManualClock()
        let backend = AsyncMemoryBackend<Data>(clock: clock, date: { clock.date })
        return Instance(memory: backend, shown: backend, clock: clock)
    }

    static let syncMemory = BackendUnderTest("SyncMemoryBackend") {
        let clock = ManualClock()
        let backend = SyncMemoryBackend<Data>(clock: clock, date: { clock.date })
        return Instance(
            memory: AsyncMemoryBackend(sharing: backend), shown: BlockingAdapter(base: backend), clock: clock)
    }
}

extension BackendUnderTest.Instance {
    fileprivate init(memory: AsyncMemoryBackend<Data>, shown: any AsyncCacheBackend<Data>, clock: ManualClock) {
        self.init(
            shown,
            remaining: { try memory.remainingTimeToLive(of: $0) },
            now: { clock.date },
            advance: { clock.advance(by: $0) }
        )
    }
}

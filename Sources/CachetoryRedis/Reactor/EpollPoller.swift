#if os(Linux)
    import CCachetoryEpoll
    import CachetorySmallFoundation

    /// Linux's own way: the kernel keeps the list of descriptors, a wait costs what is ready. Level-triggered, as one read
    /// a wake-up then suffices.
    package final class EpollPoller: Poller {
        private let epoll: Int32
        private let wakeUp: Int32

        /// Events taken in one wait; more are taken in the next.
        private static let batch = 64

        /// The token of the wake-up descriptor. Registrations count up from zero and never get here.
        private static let wakeUpToken = UInt64.max

        /// C: `epoll_create1`, `eventfd`
        package init() throws(Errno) {
            epoll = try retryingInterrupts { epoll_create1(Int32(EPOLL_CLOEXEC)) }
            wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
            if wakeUp < 0 {
                let error = Errno.current
                close(epoll)
                throw error
            }
            try control(EPOLL_CTL_ADD, wakeUp, Self.wakeUpToken, .readable)
        }

        deinit {
            close(wakeUp)
            close(epoll)
        }

        package func add(_ descriptor: Int32, token: UInt64, interest: Readiness) throws(Errno) {
            try control(EPOLL_CTL_ADD, descriptor, token, interest)
        }

        package func modify(_ descriptor: Int32, token: UInt64, interest: Readiness) throws(Errno) {
            try control(EPOLL_CTL_MOD, descriptor, token, interest)
        }

        package func remove(_ descriptor: Int32, token: UInt64) {
            _ = epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
        }

        /// C: `epoll_wait`
        package func wait(until deadline: Timestamp, events: inout [PollerEvent]) throws(Errno) {
            events.removeAll(keepingCapacity: true)
            let count = try withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.batch) {
                found throws(Errno) in
                let timeout = deadline == .distantFuture ? -1 : pollTimeout(from: .now, to: deadline)
                let count = epoll_wait(epoll, found.baseAddress, Int32(Self.batch), timeout)
                if count < 0, errno != EINTR { throw Errno.current }
                for event in found.prefix(Int(max(0, count))) where event.data.u64 != Self.wakeUpToken {
                    events.append(PollerEvent(token: event.data.u64, readiness: Readiness(epollEvents: event.events)))
                }
                return Int(count)
            }
            if count > events.count { drainWakeUp() }
        }

        /// C: `eventfd_write`
        package func wake() {
            eventfd_write(wakeUp, 1)
        }

        private func drainWakeUp() {
            var value: eventfd_t = 0
            eventfd_read(wakeUp, &value)
        }

        /// C: `epoll_ctl`
        private func control(
            _ operation: Int32, _ descriptor: Int32, _ token: UInt64, _ interest: Readiness
        ) throws(Errno) {
            var event = epoll_event(events: interest.epollEvents, data: epoll_data_t(u64: token))
            if epoll_ctl(epoll, operation, descriptor, &event) != 0 { throw Errno.current }
        }
    }

    extension Readiness {
        fileprivate var epollEvents: UInt32 {
            (contains(.readable) ? EPOLLIN.rawValue | EPOLLRDHUP.rawValue : 0)
                | (contains(.writable) ? EPOLLOUT.rawValue : 0)
        }

        /// A hang-up or an error makes a descriptor ready for both: the call that follows tells which it was.
        fileprivate init(epollEvents: UInt32) {
            var readiness: Readiness = []
            let ended = EPOLLHUP.rawValue | EPOLLERR.rawValue
            if epollEvents & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue | ended) != 0 { readiness.insert(.readable) }
            if epollEvents & (EPOLLOUT.rawValue | ended) != 0 { readiness.insert(.writable) }
            self = readiness
        }
    }
#endif

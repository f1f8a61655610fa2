import CachetoryRedis

/// The pollers that this system has.
enum PollerKind: CaseIterable {
    #if os(Linux)
        case epoll
    #endif
    case portable

    func make() throws -> any Poller {
        switch self {
        #if os(Linux)
            case .epoll: try EpollPoller()
        #endif
        case .portable: try PortablePoller()
        }
    }
}

/// What kind of thing faults are injected into, and what is expected of it. A pure value.
enum ChaosSubject: Sendable {
    /// A single server that writes to disk before it acknowledges.
    case server
    /// A cluster whose primaries have replicas, without disks.
    case cluster

    var kinds: [ChaosKind] {
        switch self {
        case .server: [.crash, .halt, .killAll, .killOne, .pause, .refusal, .outOfMemory]
        case .cluster: [.crash, .halt, .failover, .moveSlots]
        }
    }

    /// The duration of a fault in milliseconds. Some halts and pauses outlast the calls' deadline, and in a cluster the time
    /// until a replica is promoted.
    func milliseconds(of kind: ChaosKind) -> ClosedRange<UInt64> {
        switch (kind, self) {
        case (.crash, _), (.pause, _): 50...1500
        case (.halt, .server): 50...2500
        case (.halt, .cluster): 500...4000
        case (.refusal, _), (.outOfMemory, _): 50...1000
        case (.killAll, _), (.killOne, _), (.failover, _), (.moveSlots, _): 0...0
        }
    }

    /// The longest time from the moment at which a node serves again to the workload's next success, without slack.
    func recovery(of kind: ChaosKind) -> Duration {
        switch (kind, self) {
        // A pool tries to connect every 150 ms, and a caller who was refused pauses.
        case (_, .server): .milliseconds(500)
        // The client asks for the cluster's map first.
        case (.crash, .cluster), (.halt, .cluster): .milliseconds(700)
        // The node that served before redirects to the new one.
        case (_, .cluster): .milliseconds(300)
        }
    }

    /// No event begins so late in a run, so that the last one can end.
    func reserve(for kind: ChaosKind) -> Duration {
        switch (kind, self) {
        case (_, .server): .seconds(2)
        // For the election, and for the replication to a node that comes back.
        case (.crash, .cluster), (.halt, .cluster): .seconds(6)
        case (_, .cluster): .seconds(3)
        }
    }

    /// Whether the workload's next success must be a write.
    func needsWrite(after kind: ChaosKind) -> Bool {
        self == .cluster || kind == .outOfMemory
    }
}

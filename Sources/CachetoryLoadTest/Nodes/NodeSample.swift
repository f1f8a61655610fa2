/// The operations of a run at one node of a cluster.
struct NodeSample: Sendable {
    /// Host and port; ``NodeRecorder/others`` for all nodes beyond the limit.
    let address: String
    /// The latencies of the successful operations on its keys.
    let latencies: Histogram
    /// Operations that failed there.
    let errors: Int
}

/// What is known of a node besides its place in the map.
struct FakeNode {
    var behaviour = FakeCluster.Behaviour.answers

    /// The map as it tells it, where that is not the one that holds.
    var frozenMap: FakeMap?

    /// What it says in `CLUSTER INFO`; keys are refused while it is false.
    var isOK = true

    // What is counted.

    var commands: [String: Int] = [:]
    var accepted = 0
    var open = 0
    /// How often bytes were read: about as often as the client has written.
    var reads = 0
}

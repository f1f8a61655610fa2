/// Which nodes a round of refresh asks. A pure value.
///
/// Replicas of a shard whose node has failed know first what became of it, so one of those is asked, and beside it a primary
/// by chance: one that is always the same would get the questions of all clients, and a replica may be cut off together with
/// its primary.
package struct RefreshCandidates: Sendable, Hashable {
    package typealias Address = RedisClientConfiguration.Address

    /// Seeds are asked this long after each other, so that one which does not answer costs no connect timeout.
    package static let seedPause = Duration.milliseconds(300)

    /// How many nodes are asked after a trigger.
    private static let asked = 2

    /// Whom to ask: known nodes at the same time, seeds one after the other until two have answered.
    package let addresses: [Address]

    /// Whom else to ask if those differ; nil if there is nobody.
    package let third: Address?

    /// Whether ``addresses`` are the seeds, whose names are to be resolved anew.
    package let areSeeds: Bool

    /// - Parameters:
    ///   - topology: what is known; nil if nothing is yet.
    ///   - seeds: the addresses that the user gave.
    ///   - failed: a node that could not be reached, or lost a connection.
    ///   - silentRounds: see ``RefreshPolicy/silentRounds``.
    ///   - isIdle: see ``RefreshPolicy/isNextIdle``.
    package init(
        of topology: ClusterTopology?, seeds: [Address], failed: Address? = nil, silentRounds: Int = 0,
        isIdle: Bool = false, using generator: inout some RandomNumberGenerator
    ) {
        var chosen: [Address] = []
        if let topology, silentRounds < RefreshPolicy.silentRoundsBeforeSeeds {
            if let neighbour = topology.neighbours(of: failed).randomElement(using: &generator) {
                chosen.append(neighbour)
            }
            while chosen.count <= Self.asked,
                let primary = topology.anyPrimary(except: chosen, failed, using: &generator)
            {
                chosen.append(primary)
            }
        }
        areSeeds = chosen.isEmpty
        if areSeeds {
            addresses = seeds.shuffled(using: &generator)
            third = nil
        } else {
            let asked = isIdle ? 1 : Self.asked
            addresses = Array(chosen.prefix(asked))
            third = chosen.dropFirst(asked).first
        }
    }
}

extension ClusterTopology {
    /// Where a primary is, each with the same chance.
    fileprivate func anyPrimary(
        except chosen: [Address], _ failed: Address?, using generator: inout some RandomNumberGenerator
    ) -> Address? {
        let isCandidate = { (address: Address) in address != failed && !chosen.contains(address) }
        // Nearly all are candidates, of a large cluster.
        for _ in 0..<8 {
            guard let address = shards.randomElement(using: &generator)?.primary.address else { continue }
            if isCandidate(address) { return address }
        }
        return shards.compactMap(\.primary.address).filter(isCandidate).randomElement(using: &generator)
    }

    /// Where the other nodes of an address's shard are.
    fileprivate func neighbours(of address: Address?) -> [Address] {
        guard let address, let shard = shard(of: address) else { return [] }
        return shard.nodes.compactMap(\.address).filter { $0 != address }
    }
}

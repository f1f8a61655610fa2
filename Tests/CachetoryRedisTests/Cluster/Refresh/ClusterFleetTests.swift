import Testing

/// How often thousands of clients ask the nodes of a cluster that is scaled in from 1,000 to 500 shards while all of them are
/// busy.
///
/// 500 clients stand for 5,000, as none of them knows of another: the same figures, but for chance, which makes
/// the busiest node busier where there are fewer questions.
@Suite struct ClusterFleetTests {
    @Test func `no client asks more than once a second, and no node is asked much more than others`() {
        let scenario = ClusterFleet.Scenario()
        let result = ClusterFleet(scenario).run()
        let perClient = Double(result.rounds) / Double(scenario.clients) / 60
        #expect(perClient <= 1)
        #expect(result.greatestLoad <= 1.5)
        #expect(result.upToDate == scenario.clients)
        print("\(result.rounds) rounds, \(perClient) a second and client; the busiest node has \(result.greatestLoad)")
    }
}

import CachetoryLocalServer
import CachetoryRedis
import CachetoryTestSupport
import Testing

@testable import CachetoryLoadTest

@Suite(.timeLimit(.minutes(2)))
struct KeyPlacesTests {
    /// In the slots 12182, 5061 and 866.
    private let names = ["foo", "bar", "hello"]

    @Test func `a set has the slots of its ranges, as far as there are such slots`() throws {
        let set = SlotSet([0...0, 5061...6000, 16_000...20_000])
        let members = [0, 1, 5060, 5061, 6000, 6001, 15_999, 16_000, 16_383]
        #expect(try members.filter { set.contains(try #require(HashSlot($0))) } == [0, 5061, 6000, 16_000, 16_383])
    }

    @Test func `a key is in the part in which its slot is`() {
        let places = KeyPlaces(names, owners: SlotOwners { _ in nil }, parts: 3)
        #expect([0, 1, 2].map(places.part) == [2, 0, 0])
        #expect([0, 1, 2].map { places.isKey($0, in: SlotSet([0...5461])) } == [false, true, true])
        #expect(KeyPlaces(names, owners: SlotOwners { _ in nil }).part(of: 0) == 0)
    }

    @Test func `the parts are those of the primaries of a new cluster`() {
        // As LocalCluster divides the slots.
        let bounds = [0, 5461, 10_922, 16_384]
        var names = [String?](repeating: nil, count: HashSlot.count)
        for number in 0..<400_000 {
            let name = "key-\(number)"
            names[HashSlot(of: name).number] = name
        }
        let known = names.compactMap { $0 }
        #expect(known.count == HashSlot.count)
        let places = KeyPlaces(known, owners: SlotOwners { _ in nil }, parts: 3)
        for part in 0..<3 {
            #expect((bounds[part]..<bounds[part + 1]).allSatisfy { places.part(of: $0) == part })
        }
    }

    @Test func `the owner is whom the client knows as such, and has a number of its own`() throws {
        let places = KeyPlaces(
            names,
            owners: SlotOwners { slot in
                slot.number == 5061 ? nil : .init(number: slot.number, address: .tcp(host: "h", port: slot.number))
            })
        #expect(places.owner(of: 1) == nil)
        let owner = try #require(places.owner(of: 0))
        #expect(owner.number == 12_182 && "\(owner.address)" == "h:12182")
    }
}

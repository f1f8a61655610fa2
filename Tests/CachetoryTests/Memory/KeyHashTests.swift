import Testing

@testable import Cachetory

@Suite(.timeLimit(.minutes(5))) struct KeyHashTests {
    @Test func `the same bytes have the same hash`() {
        let hash = KeyHash()
        for length in 0...100 {
            let bytes = (0..<length).map { UInt8($0) }
            #expect(bytes.withUnsafeBytes(hash.hash) == Array(bytes).withUnsafeBytes(hash.hash))
        }
    }

    @Test func `every bit and every length makes a difference`() {
        let hash = KeyHash()
        var seen: Set<UInt64> = []
        var count = 0
        for length in 0...70 {
            var bytes = [UInt8](repeating: 0, count: length)
            seen.insert(bytes.withUnsafeBytes(hash.hash))
            count += 1
            for bit in 0..<length * 8 {
                bytes[bit / 8] ^= 1 << (bit % 8)
                seen.insert(bytes.withUnsafeBytes(hash.hash))
                count += 1
                bytes[bit / 8] ^= 1 << (bit % 8)
            }
        }
        #expect(seen.count == count)
    }

    @Test func `each store has a hash of its own`() {
        let bytes = Array("key".utf8)
        #expect(bytes.withUnsafeBytes(KeyHash().hash) != bytes.withUnsafeBytes(KeyHash().hash))
    }

    @Test func `numbered keys spread evenly`() {
        let hash = KeyHash()
        var buckets = [Int](repeating: 0, count: 1024)
        for number in 0..<102_400 {
            hash.withKey("user:\(number)") { buckets[Int($0.hash % 1024)] += 1 }
        }
        // 100 are expected and 10 is the standard deviation.
        #expect(buckets.allSatisfy { $0 > 40 && $0 < 170 })
    }
}

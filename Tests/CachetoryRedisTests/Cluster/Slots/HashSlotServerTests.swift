import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// The slots of keys, compared with what a server says.
@Suite(.timeLimit(.minutes(5))) struct HashSlotServerTests {
    /// Keys are made of these, so that most have braces in some order, and many are no text.
    private static let pieces: [[UInt8]] =
        ["{", "}", "{}", "{{", "}}", "{a}", "{}{a}", "{{a}}", "a", "user:", "é", "\r\n", "\0"].map { Array($0.utf8) }
        + [[0xFF], [0x80, 0xC3]]

    private static func key(_ generator: inout SeededGenerator) -> Data {
        var key = Data()
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            if Bool.random(using: &generator) {
                key += pieces.randomElement(using: &generator) ?? []
            } else {
                for _ in 0..<Int.random(in: 1...6, using: &generator) {
                    key.append(.random(in: 0...255, using: &generator))
                }
            }
        }
        return key
    }

    private static let known = [
        "", "{", "}", "}{", "{}", "{}{a}", "{{a}}", "{a", "a}", "a{}b{c}", "{a}{b}", "foo{}{bar}", "foo{{bar}}zap",
        "foo{bar}{zap}", "123456789",
    ]

    @Test func `ten thousand random keys are in the slots that a node says`() async throws {
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let keys = Self.known.map { Data($0.utf8) } + (0..<10_000).map { _ in Self.key(&generator) }
        let node = try await SharedCluster.value.nodes[0]
        let pool = try ConnectionPool(node.server.unixConfiguration.patient)
        let replies = try await pool.pipeline(keys.map { ["CLUSTER", "KEYSLOT", .bytes($0)] })
        await pool.close()
        try #require(replies.count == keys.count)
        for (key, reply) in zip(keys, replies) {
            let slot = reply.integer
            if HashSlot(of: key).number == slot {
                guard let text = String(validating: key, as: UTF8.self), HashSlot(of: text).number != slot else {
                    continue
                }
            }
            Issue.record("\(Array(key)) is in slot \(slot ?? -1); the seed was \(seed)")
        }
    }
}

import CachetoryLocalServer
import CachetoryRESP
import CachetoryRedis
import CachetoryTestSupport
import Foundation
import Testing

/// What callers see of a slot that is on its way from one node to another: nothing.
@Suite(.timeLimit(.minutes(5)), .serialized) struct MigratingSlotTests {
    private static func value(_ key: String) -> String { HalfwaySlot.value(key) }

    // MARK: - One key

    @Test(arguments: ClientKind.allCases)
    func `single keys are read, written and deleted wherever they are`(kind: ClientKind) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            for key in halfway.keys { #expect(try await client.get(key) == Self.value(key)) }
            for key in halfway.keys { try await client.set(key, to: "new") }
            for key in halfway.keys { #expect(try await client.get(key) == "new") }
            // A new one is the next node's.
            let new = "\(halfway.tag)new"
            #expect(try await client.execute(["INCR", .string(new)]) == .integer(1))
            #expect(try await client.execute(["INCR", .string(new)]) == .integer(2))
            for key in [halfway.kept[0], halfway.gone[0], new] {
                #expect(try await client.deleteMany([key]) == 1)
                #expect(try await client.get(key) == nil)
            }
        }
    }

    // MARK: - Many keys

    @Test(arguments: ClientKind.allCases)
    func `many keys are read in order, one by one where they are on both sides`(kind: ClientKind) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            let missing = "\(halfway.tag)missing"
            let keys = halfway.keys + [missing] + halfway.keys.reversed()
            let values = keys.map { $0 == missing ? nil : Self.value($0) }
            // All of the slot, with others, and on one side alone.
            #expect(try await client.getMany(keys) == values)
            let others = halfway.others.map { Self.value($0) }
            let all = try await client.getMany(halfway.others + keys + halfway.others)
            #expect(all == others + values + others)
            #expect(try await client.getMany(halfway.kept) == halfway.kept.map { Self.value($0) })
            #expect(try await client.getMany(halfway.gone) == halfway.gone.map { Self.value($0) })
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a key of another type has no value, on either side`(kind: ClientKind) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            for key in [halfway.kept[0], halfway.gone[0]] {
                _ = try await client.transaction([["SET", .string(key), "a"], ["DEL", .string(key)]])
                _ = try await client.execute(["LPUSH", .string(key), "a"])
            }
            // The first was deleted, so it is a new key, at the next node.
            let keys = [halfway.kept[0], halfway.kept[1], halfway.gone[0], halfway.gone[1]]
            let values = [nil, Self.value(keys[1]), nil, Self.value(keys[3])]
            #expect(try await client.getMany(keys) == values)
            #expect(try await client.getMany(keys + halfway.others).prefix(4) == values[...])
        }
    }

    @Test(arguments: ClientKind.allCases, [false, true])
    func `many keys are deleted and counted on both sides`(kind: ClientKind, _ withOthers: Bool) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            let keys = [halfway.kept[0], halfway.gone[0], halfway.kept[1], halfway.gone[1], halfway.gone[0]]
            let others = withOthers ? halfway.others : []
            #expect(try await client.deleteMany(keys + ["\(halfway.tag)missing"] + others) == 4 + others.count)
            #expect(try await client.getMany(keys + others).allSatisfy { $0 == nil })
            #expect(try await client.get(halfway.kept[2]) == Self.value(halfway.kept[2]))
        }
    }

    @Test(arguments: ClientKind.allCases, [nil, 60_000])
    func `many keys of one side are set at once`(kind: ClientKind, _ milliseconds: Int?) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            for keys in [halfway.kept, halfway.gone] {
                try await client.setMany((keys + halfway.others).map { ($0, "new") }, milliseconds: milliseconds)
                #expect(try await client.getMany(keys + halfway.others).allSatisfy { $0 == "new" })
            }
        }
    }

    // MARK: - Several commands

    @Test(arguments: ClientKind.allCases)
    func `transactions are executed once, wherever their keys are`(kind: ClientKind) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            for key in [halfway.kept[0], halfway.gone[0], "\(halfway.tag)new"] {
                for number in 1...2 {
                    let commands: [RESPCommand] = [
                        ["APPEND", .string(key), "."], ["GET", .string(key)], ["PERSIST", .string(key)],
                    ]
                    let replies = try await client.transaction(commands)
                    let before = key.hasSuffix("new") ? "" : Self.value(key)
                    let value = before + String(repeating: ".", count: number)
                    #expect(replies == [.integer(Int64(value.utf8.count)), .bulk(value), .integer(0)])
                }
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `each command of a pipeline gets its own reply`(kind: ClientKind) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            let keys = halfway.keys + halfway.others + halfway.keys.reversed()
            let replies = try await client.pipeline(keys.map { .reading("GET", .string($0)) })
            #expect(replies.map(\.text) == keys.map { Self.value($0) })
        }
    }

    /// The client has no connection to the next node yet: commands that do not wait for those before them would overtake them.
    @Test(arguments: ClientKind.allCases)
    func `a pipeline keeps the order of commands that are redirected`(kind: ClientKind) async throws {
        try await HalfwaySlot.run(kind) { _, halfway async throws in
            let key = RESPArgument.string(halfway.gone[0])
            let commands = (0..<10).flatMap { number -> [RESPCommand] in
                [["SET", key, .integer(number)], ["GET", key]]
            }
            for _ in 0..<20 {
                try await kind.withClient(halfway.cluster.configuration) { client async throws in
                    let replies = try await client.pipeline(commands)
                    #expect(replies.count == commands.count)
                    #expect(replies.enumerated().allSatisfy { $0 % 2 == 0 || $1 == .bulk("\($0 / 2)") }, "\(replies)")
                }
            }
        }
    }

    // MARK: - All the way

    @Test(arguments: ClientKind.allCases)
    func `calls go on while keys move one by one, until the slot is elsewhere`(kind: ClientKind) async throws {
        try await HalfwaySlot.run(kind) { client, halfway async throws in
            let isOver = Switch()
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<4 {
                    group.addTask {
                        var count = 0
                        while !isOver.isOn {
                            count += 1
                            try await check(client, halfway, "\(halfway.tag)own:\(task)", count)
                        }
                        return count
                    }
                }
                while try await onThread({ try halfway.migration.moveKeys(atMost: 1) }) > 0 {}
                try await onThread { try halfway.migration.finish() }
                isOver.turnOn()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts.allSatisfy { $0 > 0 })
        }
    }

    private func check(_ client: AnyClient, _ halfway: HalfwaySlot, _ own: String, _ count: Int) async throws {
        let values = halfway.keys.map { Self.value($0) }
        #expect(try await client.execute(["INCR", .string(own)]).integer == count)
        #expect(try await client.get(own) == "\(count)")
        #expect(try await client.getMany(halfway.keys) == values)
        let commands: [RESPCommand] = (halfway.keys + [own]).map { .reading("GET", .string($0)) }
        #expect(try await client.pipeline(commands).map(\.text) == values + ["\(count)"])
    }
}

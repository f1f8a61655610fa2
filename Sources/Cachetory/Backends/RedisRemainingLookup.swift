import CachetoryRESP
import CachetoryRedis
import CachetorySmallFoundation

/// Looks up the values of many keys and what is left to each, in one round trip, rarely in two. A pure value.
///
/// The times to live come first: see ``RedisOperations/getWithTimeToLive(_:)``. Keys that have a value, but did not
/// exist when their time to live was asked for, were set in between. Those are asked for once more.
struct RedisRemainingLookup {
    private let keys: [String]

    /// Whether each value has a command of its own, as on a cluster, where the keys are of several slots.
    private let isOneByOne: Bool

    /// For each key.
    private var found: [RedisOperations.FoundValue?]

    /// The keys of the next request, by their places.
    private var asked: [Int]

    private var attempts = 0

    /// Two, for a key that expires and is set again at each request could be asked for without end.
    private static let attemptLimit = 2

    /// - Parameter keys: at least one.
    init(of keys: [String], oneByOne: Bool) {
        self.keys = keys
        isOneByOne = oneByOne
        found = Array(repeating: nil, count: keys.count)
        asked = Array(keys.indices)
    }

    /// Whether there is nothing more to be sent.
    var isDone: Bool { asked.isEmpty }

    /// What to send next, if it is not done.
    var request: Request {
        var commands: [RESPCommand] = []
        commands.reserveCapacity(asked.count * 2)
        for place in asked {
            commands.append(.reading("PTTL", .string(keys[place])))
            if isOneByOne { commands.append(.reading("GET", .string(keys[place]))) }
        }
        if !isOneByOne {
            let arguments = [RESPArgument.string("MGET")] + asked.map { RESPArgument.string(keys[$0]) }
            commands.append(RESPCommand(arguments, isReadOnly: true))
        }
        return Request(commands[0], Array(commands.dropFirst()))
    }

    /// Takes in the reply to ``request``.
    mutating func add(_ reply: RESPReply) throws(RedisCallError) {
        let replies = try Self.pairs(reply, count: asked.count, oneByOne: isOneByOne)
        var unknown: [Int] = []
        for (place, (timeToLive, value)) in zip(asked, replies) {
            found[place] = try RedisOperations.foundValue(value, timeToLive: timeToLive)
            if let value = found[place], value.timeToLive == nil { unknown.append(place) }
        }
        attempts += 1
        asked = attempts < Self.attemptLimit ? unknown : []
    }

    /// What was found, in the order of the keys.
    var answer: [(key: String, value: Data, timeToLive: RemainingTimeToLive)] {
        var answer: [(key: String, value: Data, timeToLive: RemainingTimeToLive)] = []
        answer.reserveCapacity(keys.count)
        for (key, found) in zip(keys, found) {
            if let found { answer.append((key, found.value, found.reportedTimeToLive)) }
        }
        return answer
    }

    /// The replies about each key.
    private static func pairs(
        _ reply: RESPReply, count: Int, oneByOne: Bool
    ) throws(RedisCallError) -> [(timeToLive: RESPReply, value: RESPReply)] {
        guard case .array(let replies) = reply, replies.count == (oneByOne ? count * 2 : count + 1) else {
            throw RedisOperations.unexpected(reply, to: "PTTL")
        }
        var pairs: [(timeToLive: RESPReply, value: RESPReply)] = []
        pairs.reserveCapacity(count)
        if oneByOne {
            for index in stride(from: 0, to: replies.count, by: 2) {
                // To `MGET`, a key of another type has no value; to `GET`, it is an error.
                let isOfOtherType = replies[index + 1].errorCode == "WRONGTYPE"
                pairs.append((replies[index], isOfOtherType ? RESPReply.null : replies[index + 1]))
            }
        } else {
            guard case .array(let values) = replies[count], values.count == count else {
                throw RedisOperations.unexpected(replies[count], to: "MGET")
            }
            for index in 0..<count { pairs.append((replies[index], values[index])) }
        }
        return pairs
    }
}

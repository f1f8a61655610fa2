package import CachetoryRESP

extension Exchange {
    /// A waiter that gets no reply.
    package struct Abandoned {
        package let waiter: Waiter

        /// Whether the server may have executed the request: none of its bytes were written otherwise.
        package let mayBeExecuted: Bool

        /// How many bytes the request has.
        package let size: Int

        /// What the server said of it before it hung up, see ``SizeRefusal``.
        package var reply: RESPReply?
    }
}

extension Exchange.Abandoned: Sendable where Waiter: Sendable {}

extension Exchange {
    /// The waiters whose deadline has passed now. A request that nobody has taken to write never will be written; the
    /// replies to the others are still expected, since more come behind them.
    package mutating func expire(at now: Timestamp) -> [Abandoned] {
        var expired: [Abandoned] = []
        let firstUntaken = Int(taken - answered)
        for offset in 0..<entries.count where entries[offset].deadline <= now {
            if entries[offset].isOverdue || entries[offset].isWithdrawn { continue }
            // Taken is as good as written: whoever took it writes it sooner or later.
            let isTaken = offset < firstUntaken
            expired.append(
                Abandoned(waiter: entries[offset].waiter, mayBeExecuted: isTaken, size: length(at: offset)))
            if !isTaken {
                withdraw(at: offset)
            } else {
                entries[offset].isOverdue = true
                if overdueSince == nil { overdueSince = now }
            }
        }
        if withdrawn.count > 0 { dropWithdrawnIfMany() }
        return expired
    }

    /// In doubt: the waiters whose commands nobody executes, for they were queued in a transaction that never ends, or are
    /// not written yet.
    package mutating func takeAbandonedInDoubt() -> [Abandoned] {
        var abandoned = queued
        queued = []
        // The end has given all the others back, and it may come between a reply and this.
        if isClosed { return abandoned }
        for offset in Int(taken - answered)..<entries.count where !entries[offset].isWithdrawn {
            abandoned.append(
                Abandoned(waiter: entries[offset].waiter, mayBeExecuted: false, size: length(at: offset)))
            withdraw(at: offset)
        }
        if withdrawn.count > 0 { dropWithdrawn() }
        return abandoned
    }

    /// Ends it: nothing is written any more, and all waiters are given back, the oldest first.
    package mutating func close() -> [Abandoned] {
        isClosed = true
        if withdrawn.count > 0 { dropWithdrawn() }
        var left: [Abandoned] = []
        while !entries.isEmpty {
            let size = length(at: 0)
            guard let entry = entries.popFirst() else { break }
            var abandoned = Abandoned(
                waiter: entry.waiter, mayBeExecuted: entry.firstByte < exposedBytes, size: size)
            // Those that have come are the first one's.
            abandoned.reply = SizeRefusal.reply(after: collected, missing: entry.missingReplies, size: size)
            left.append(abandoned)
            collected = []
        }
        outgoing = OutgoingBytes()
        writingBytes = 0
        largeReplies = 0
        return left
    }

    /// How many requests wait for replies that nobody waits for any more.
    package func countAbandoned(where hasEnded: (Waiter) -> Bool) -> Int {
        var count = 0
        for offset in 0..<entries.count where !entries[offset].isWithdrawn && hasEnded(entries[offset].waiter) {
            count += 1
        }
        return count
    }
}

// MARK: - Withdrawal

extension Exchange {
    /// What an entry costs to be moved, in bytes, more or less.
    private static var entryCost: Int { 64 }

    /// Takes a request back, with its bytes, if nobody has taken it to write.
    ///
    /// Its bytes may be among many others, so they are dropped together with others: once they are as many as those to be
    /// kept, or before something is written. So each costs the same, however many there are.
    ///
    /// - Parameter number: the ``lastNumber`` after it was added.
    /// - Returns: whether it was taken back: it will not be executed.
    package mutating func withdraw(_ number: UInt64) -> Bool {
        guard !isClosed, let offset = offset(of: number), offset >= Int(taken - answered) else { return false }
        if entries[offset].isWithdrawn { return false }
        withdraw(at: offset)
        dropWithdrawnIfMany()
        return true
    }

    /// The place of an entry, by its number.
    private func offset(of number: UInt64) -> Int? {
        var range = 0..<entries.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if entries[middle].number == number { return middle }
            range =
                entries[middle].number < number ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    private mutating func withdraw(at offset: Int) {
        let size = length(at: offset)
        entries[offset].isWithdrawn = true
        withdrawn.count += 1
        withdrawn.bytes += size
        added -= 1
        if entries[offset].expectsLargeReply { largeReplies -= 1 }
        large.remove(size)
        if size >= LargeRequests.aloneSize { untakenAlone -= 1 }
    }

    private mutating func dropWithdrawnIfMany() {
        let kept = outgoing.count - withdrawn.bytes + Int(added - taken) * Self.entryCost
        if withdrawn.bytes + withdrawn.count * Self.entryCost >= kept { dropWithdrawn() }
    }

    /// Removes what was withdrawn, with its bytes.
    @inline(never)
    mutating func dropWithdrawn() {
        var untaken: [(entry: Entry, length: Int)] = []
        var end = end
        while let entry = entries.last, entry.firstByte >= takenBytes {
            untaken.append((entry, Int(end - entry.firstByte)))
            end = entry.firstByte
            _ = entries.popLast()
        }
        var kept = OutgoingBytes()
        for (var entry, length) in untaken.reversed() {
            if entry.isWithdrawn {
                outgoing.removeFirst(length)
            } else {
                entry.firstByte = takenBytes + UInt64(kept.count)
                outgoing.moveFirst(length, to: &kept)
                entries.append(entry)
            }
        }
        outgoing = kept
        withdrawn = (0, 0)
    }
}

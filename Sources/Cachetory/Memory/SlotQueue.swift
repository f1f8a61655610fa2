/// A queue through slots of a ``SlotPool``, which may hold other queues too. Every operation takes constant time, the
/// removal from its middle too.
struct SlotQueue {
    private(set) var oldest: Int?
    private var newest: Int?
    private(set) var count = 0

    /// Adds a slot that belongs to no queue.
    mutating func append<Element>(_ slot: Int, in pool: inout SlotPool<Element>) {
        pool[links: slot].older = newest
        pool[links: slot].newer = nil
        if let newest { pool[links: newest].newer = slot } else { oldest = slot }
        newest = slot
        count += 1
    }

    /// Takes out a slot that belongs to this queue.
    mutating func remove<Element>(_ slot: Int, in pool: inout SlotPool<Element>) {
        let (older, newer) = (pool[links: slot].older, pool[links: slot].newer)
        if let older { pool[links: older].newer = newer } else { oldest = newer }
        if let newer { pool[links: newer].older = older } else { newest = older }
        count -= 1
    }
}

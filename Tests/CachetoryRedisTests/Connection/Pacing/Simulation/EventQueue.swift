import CachetoryRedis

/// What is to happen in virtual time, the earliest first; in the order in which it was added where the time is the same.
struct EventQueue<Event> {
    private struct Entry {
        let time: Timestamp
        let number: Int
        let event: Event

        func isBefore(_ other: Entry) -> Bool { time == other.time ? number < other.number : time < other.time }
    }

    /// A binary heap.
    private var heap: [Entry] = []
    private var added = 0

    mutating func add(_ event: Event, at time: Timestamp) {
        added += 1
        heap.append(Entry(time: time, number: added, event: event))
        var place = heap.count - 1
        while place > 0, heap[place].isBefore(heap[(place - 1) / 2]) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func popFirst() -> (event: Event, time: Timestamp)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.event, first.time) }
        heap[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            if least == place { return (first.event, first.time) }
            heap.swapAt(place, least)
            place = least
        }
    }
}

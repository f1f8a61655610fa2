/// A queue in one growing piece of memory: appending and taking the first cost constant time.
package struct RingBuffer<Element> {
    /// Its size is a power of two; the places outside `head ..< head + count` are nil.
    private var storage: [Element?]
    private var head = 0
    package private(set) var count = 0

    private static var initialCapacity: Int { 16 }

    package init() {
        storage = Array(repeating: nil, count: Self.initialCapacity)
    }

    package var isEmpty: Bool { count == 0 }

    package var first: Element? { count == 0 ? nil : storage[head] }

    package var last: Element? { count == 0 ? nil : storage[place(count - 1)] }

    /// The element at a distance from the first.
    package subscript(offset: Int) -> Element {
        get {
            precondition(offset >= 0 && offset < count)
            return storage[place(offset)]!
        }
        _modify {
            precondition(offset >= 0 && offset < count)
            yield &storage[place(offset)]!
        }
    }

    package mutating func append(_ element: Element) {
        if count == storage.count { grow() }
        storage[place(count)] = element
        count += 1
    }

    package mutating func popFirst() -> Element? {
        if count == 0 { return nil }
        let element = storage[head].take()
        head = place(1)
        count -= 1
        return element
    }

    package mutating func popLast() -> Element? {
        if count == 0 { return nil }
        count -= 1
        return storage[place(count)].take()
    }

    private func place(_ offset: Int) -> Int {
        (head &+ offset) & (storage.count &- 1)
    }

    private mutating func grow() {
        var larger = [Element?]()
        larger.reserveCapacity(storage.count * 2)
        for offset in 0..<count { larger.append(storage[place(offset)]) }
        larger.append(contentsOf: repeatElement(nil, count: storage.count * 2 - count))
        storage = larger
        head = 0
    }
}

extension RingBuffer: Sendable where Element: Sendable {}

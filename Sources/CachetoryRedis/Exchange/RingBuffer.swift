/// A queue in one growing piece of memory: appending and taking the first cost constant time.
///
/// Elements are moved in and out rather than copied: what counts references would be counted up and down at each step
/// of a call otherwise.
///
/// `@unchecked Sendable` where its elements are: the only pointer to the memory is inside a value that cannot be copied.
package struct RingBuffer<Element>: ~Copyable {
    /// The places `head ..< head + count`, counted round its end, hold elements.
    private var places: UnsafeMutablePointer<Element>

    /// How many places there are: a power of two.
    private var capacity: Int

    private var head = 0
    package private(set) var count = 0

    private static var initialCapacity: Int { 16 }

    package init() {
        capacity = Self.initialCapacity
        places = .allocate(capacity: capacity)
    }

    deinit {
        for offset in 0..<count { (places + place(offset)).deinitialize(count: 1) }
        places.deallocate()
    }

    package var isEmpty: Bool { count == 0 }

    package var first: Element? { count == 0 ? nil : places[head] }

    package var last: Element? { count == 0 ? nil : places[place(count - 1)] }

    /// The element at a distance from the first.
    package subscript(offset: Int) -> Element {
        _read {
            precondition(offset >= 0 && offset < count)
            yield places[place(offset)]
        }
        _modify {
            precondition(offset >= 0 && offset < count)
            yield &places[place(offset)]
        }
    }

    package mutating func append(_ element: consuming Element) {
        if count == capacity { grow() }
        (places + place(count)).initialize(to: element)
        count &+= 1
    }

    package mutating func popFirst() -> Element? {
        if count == 0 { return nil }
        let first = places + head
        head = place(1)
        count &-= 1
        return first.move()
    }

    package mutating func popLast() -> Element? {
        if count == 0 { return nil }
        count &-= 1
        return (places + place(count)).move()
    }

    private func place(_ offset: Int) -> Int {
        (head &+ offset) & (capacity &- 1)
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        let untilEnd = capacity - head
        larger.moveInitialize(from: places + head, count: untilEnd)
        (larger + untilEnd).moveInitialize(from: places, count: head)
        places.deallocate()
        places = larger
        capacity *= 2
        head = 0
    }
}

extension RingBuffer: @unchecked Sendable where Element: Sendable {}

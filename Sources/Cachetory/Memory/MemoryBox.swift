/// A user's value as a memory store holds it: behind a pointer, which code that does not know the type can copy.
final class MemoryBox<Wire: Sendable>: Sendable {
    let value: Wire

    init(_ value: Wire) {
        self.value = value
    }
}

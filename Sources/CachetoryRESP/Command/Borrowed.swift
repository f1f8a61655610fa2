/// A value that is looked at where it lies.
///
/// What is loaded from an array gets retained for as long as memory is written to, for the compiler cannot know that it
/// is other memory; and the counts of values that two cores share are expensive. A value that cannot be copied is
/// borrowed instead.
struct Borrowed<Value>: ~Copyable {
    let value: Value
}

extension Array {
    /// Passes the elements to `body`, one after the other, without retaining any.
    @inline(__always)
    func forEachBorrowed(_ body: (borrowing Borrowed<Element>) -> Void) {
        withUnsafeBufferPointer { elements in
            guard let first = elements.baseAddress else { return }
            // A structure of one property lies in memory as that property does.
            let borrowed = UnsafeRawPointer(first).assumingMemoryBound(to: Borrowed<Element>.self)
            for index in elements.indices { body(borrowed[index]) }
        }
    }
}

/// What a request means for those who share a connection with it.
package struct RequestWeight: Sendable, Equatable {
    /// About how many bytes are sent.
    package let size: Int

    /// See ``ReplySizes``.
    package let expectsLargeReply: Bool

    package init(size: Int = 0, expectsLargeReply: Bool = false) {
        self.size = size
        self.expectsLargeReply = expectsLargeReply
    }

    /// Nothing to speak of.
    package static let none = RequestWeight()

    /// Whether all that comes behind it on its connection has to wait for long.
    package var isHeavy: Bool { size >= LargeRequests.aloneSize || expectsLargeReply }
}

/// What a decision on writing has to know of an exchange.
package struct Backlog: Sendable {
    /// How many requests nobody has taken to write yet, and how many bytes they have.
    package let requests: Int
    package let bytes: Int
    /// How many requests wait for a reply, those included.
    package let inFlight: Int
    /// Whether there is something to write, and nobody writing.
    package let mayWrite: Bool
}

import Foundation

/// A backend as the load test uses it: the same for both of the library's APIs.
///
/// Everything but ``start(_:tasks:crew:)`` blocks, and is called by the main thread alone.
protocol Driver: Sendable {
    /// Starts the workers of a run; each leaves the crew when it is done.
    func start(_ run: Run, tasks: Int, crew: Crew)

    /// Cancels what can be cancelled; a blocking call cannot.
    func cancel()

    func setMany(_ items: [(key: String, value: Data)]) throws
    func getMany(_ keys: [String]) throws -> [(key: String, value: Data)]
    func deleteMany(_ keys: [String]) throws
    func close()
}

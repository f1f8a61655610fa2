import CachetoryRedis

/// Whether an error says that the backend cannot do its work now, rather than what is wrong with the call.
enum BackendOutage {
    static func isOutage(_ error: any Error) -> Bool {
        switch error {
        case is CancellationError, is CacheError, is CacheBackendError, is CodingFailure: false
        case RedisCallError.closed, RedisCallError.emptyCommand: false
        // Backends that are not ours throw errors that are not known here.
        default: true
        }
    }

    /// The error as callers and observers get it.
    static func cause(of error: any Error) -> any Error {
        (error as? CodingFailure)?.cause ?? error
    }
}

/// What a serializer has thrown, which may be an error of any type, on its way through layers that tell it from the
/// backend's.
struct CodingFailure: Error {
    let cause: any Error
}

extension CodingFailure: CustomStringConvertible {
    var description: String { "\(cause)" }
}

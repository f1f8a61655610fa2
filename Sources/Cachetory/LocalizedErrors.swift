public import CachetorySmallFoundation

// Foundation's `localizedDescription` is the sentence that the description is, instead of a number.

extension CacheBackendError: LocalizedError { public var errorDescription: String? { description } }
extension CacheBackendURLError: LocalizedError { public var errorDescription: String? { description } }
extension CacheError: LocalizedError { public var errorDescription: String? { description } }
extension CacheSerializationError: LocalizedError { public var errorDescription: String? { description } }
extension CodingFailure: LocalizedError { var errorDescription: String? { description } }
extension StoringFailure: LocalizedError { var errorDescription: String? { description } }
extension MessagePackFault: LocalizedError { var errorDescription: String? { description } }

public import CachetorySmallFoundation

// Foundation's `localizedDescription` is the sentence that the description is, instead of a number.

extension BackendError: LocalizedError { public var errorDescription: String? { description } }
extension BackendURLError: LocalizedError { public var errorDescription: String? { description } }
extension CacheError: LocalizedError { public var errorDescription: String? { description } }
extension SerializationError: LocalizedError { public var errorDescription: String? { description } }
extension MessagePackFault: LocalizedError { var errorDescription: String? { description } }

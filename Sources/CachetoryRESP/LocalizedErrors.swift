public import CachetorySmallFoundation

// Foundation's `localizedDescription` is the sentence that the description is, instead of a number.

extension RESPServerError: LocalizedError { public var errorDescription: String? { description } }
extension RESPError: LocalizedError { package var errorDescription: String? { description } }

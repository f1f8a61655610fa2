import CachetorySmallFoundation

// Foundation's `localizedDescription` is the sentence that the description is, instead of a number.

extension SystemLibraryError: LocalizedError { package var errorDescription: String? { description } }

import SmallFoundation

extension SystemLibraryError: LocalizedError {
    package var errorDescription: String? { description }
}

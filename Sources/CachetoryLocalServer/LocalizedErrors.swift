import Foundation

// Foundation's `localizedDescription` is the sentence that the description is, instead of a number.

extension LocalServerError: LocalizedError { package var errorDescription: String? { description } }
extension ResidentMemory.Unknown: LocalizedError { package var errorDescription: String? { description } }

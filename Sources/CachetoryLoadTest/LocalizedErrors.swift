import Foundation

// Foundation's `localizedDescription` is the sentence that the description is, instead of a number.

extension OptionError: LocalizedError { var errorDescription: String? { description } }
extension WrongValue: LocalizedError { var errorDescription: String? { description } }
extension ReportFileError: LocalizedError { var errorDescription: String? { description } }

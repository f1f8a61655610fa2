import Foundation

// Makes Foundation's `localizedDescription` the description instead of a number.

extension OptionError: LocalizedError { var errorDescription: String? { description } }
extension WrongValue: LocalizedError { var errorDescription: String? { description } }
extension ReportFileError: LocalizedError { var errorDescription: String? { description } }

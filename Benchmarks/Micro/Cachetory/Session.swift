import Foundation

/// A value such as services keep in caches.
struct Session: Codable, Equatable {
    var id = 1_234_567
    var user = "Ada Lovelace"
    var isAdministrator = false
    var score = 98.6
    var roles = ["reader", "editor", "reviewer"]
    var settings = ["language": "en", "theme": "dark"]
    var manager: String?
}

/// Which of the library's two ways to call a backend is measured.
enum API: String, CaseIterable, Sendable {
    case async
    case sync
}

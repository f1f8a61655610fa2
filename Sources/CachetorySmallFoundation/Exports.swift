// Foundation as far as it needs no tables of languages and scripts, and the C library. `Foundation` itself brings ICU into
// a program that is linked statically: 30 MB, of which this library uses nothing. Where there is no smaller part, as on
// macOS, it is the system's.
//
// Underscored still, but the only way for one import to be several; Foundation itself relies on it.
#if canImport(FoundationEssentials)
    @_exported public import FoundationEssentials
#else
    @_exported public import Foundation
#endif

#if canImport(Glibc)
    @_exported public import Glibc
#elseif canImport(Musl)
    @_exported public import Musl
#elseif canImport(Android)
    @_exported public import Android
#endif

// What a user of a Redis backend types, from one import: configurations, pools, commands and their replies and errors.
// Underscored still, but the only way for one library to be one import; the standard library's own modules rely on it.
@_exported public import CachetoryRESP
@_exported public import CachetoryRedis

// Arguments of commands, and replies to them: who sends commands of one's own types both.
@_exported public import CachetoryRESP

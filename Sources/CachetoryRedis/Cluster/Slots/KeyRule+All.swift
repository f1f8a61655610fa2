extension KeyRule {
    /// The rules of all commands but those whose only key is their first argument, by the names in upper case.
    static let all: [String: KeyRule] = {
        var all: [String: KeyRule] = [:]
        for (names, rule) in table {
            for name in names.split(whereSeparator: \.isWhitespace) { all[String(name)] = rule }
        }
        return all
    }()

    /// As `COMMAND INFO` tells of the servers up to Redis 8 and Valkey 9, and of the modules that come with them.
    private static let table: [(names: String, rule: KeyRule)] = [
        (
            """
            ACL ASKING AUTH BGREWRITEAOF BGSAVE CLIENT CLUSTER COMMAND COMMANDLOG CONFIG DBSIZE DEBUG DISCARD ECHO EXEC FAILOVER
            FLUSHALL FLUSHDB FUNCTION HELLO HOTKEYS INFO KEYS LASTSAVE LATENCY LOLWUT MODULE MONITOR MULTI PFSELFTEST PING PSUBSCRIBE
            PSYNC PUBLISH PUBSUB PUNSUBSCRIBE QUIT RANDOMKEY READONLY READWRITE REPLCONF REPLICAOF RESET ROLE SAVE SCAN SCRIPT
            SELECT SHUTDOWN SLAVEOF SLOWLOG SUBSCRIBE SWAPDB SYNC TIME TS.MGET TS.MRANGE TS.MREVRANGE TS.QUERYINDEX
            UNSUBSCRIBE UNWATCH WAIT WAITAOF
            """, .nowhere
        ),
        (
            """
            DEL EXISTS MGET PFCOUNT PFMERGE SDIFF SDIFFSTORE SINTER SINTERSTORE SSUBSCRIBE SUNION SUNIONSTORE SUNSUBSCRIBE
            TOUCH UNLINK WATCH
            """, .range(first: 1, last: -1)
        ),
        (
            """
            BLMOVE BRPOPLPUSH COPY GEOSEARCHSTORE LCS LMOVE RENAME RENAMENX RPOPLPUSH SMOVE ZRANGESTORE
            """, .range(first: 1, last: 2)
        ),
        ("MSET MSETNX", .range(first: 1, last: -1, step: 2)),
        ("JSON.MSET TS.MADD", .range(first: 1, last: -1, step: 3)),
        ("BLPOP BRPOP BZPOPMAX BZPOPMIN JSON.MGET", .range(first: 1, last: -2)),
        ("BITOP", .range(first: 2, last: -1)),
        ("PFDEBUG", .range(first: 2, last: 2)),
        ("LMPOP SINTERCARD ZDIFF ZINTER ZINTERCARD ZMPOP ZUNION", .counted(count: 1)),
        ("MSETEX", .counted(count: 1, step: 2)),
        ("BLMPOP BZMPOP EVAL EVALSHA EVALSHA_RO EVAL_RO FCALL FCALL_RO", .counted(count: 2)),
        ("CMS.MERGE TDIGEST.MERGE ZDIFFSTORE ZINTERSTORE ZUNIONSTORE", .counted(count: 2, destination: 1)),
        ("MEMORY OBJECT XGROUP XINFO", .behindSubcommand),
        ("XREAD XREADGROUP", .streams),
        ("SORT", .stored(from: 2)),
        ("GEORADIUS GEORADIUSBYMEMBER", .stored(from: 5)),
        ("MIGRATE", .migrated),
    ]
}

/// What `--help` prints.
enum Help {
    static var text: String {
        let rows = Option.table.map { option in
            (left: [option.name, option.placeholder].compactMap { $0 }.joined(separator: " "), right: option.help)
        }
        let width = rows.map(\.left.count).max() ?? 0
        let table = rows.map { "  \($0.left.padded(to: width))  \($0.right)" }.joined(separator: "\n")
        return """
            Loads a cache backend from many tasks or threads, checks every value that it reads, and reports latencies.

            Usage: load-test [options]

            Options:
            \(table)

            A TIME is a number with ms, s, m or h; an N may end in k or M.

            Examples:
              load-test
                  reads from a private redis-server with 50 tasks on at most 8 connections, for 10 seconds
              load-test --url redis://127.0.0.1:6379/1 --tasks 200 --workload mixed --read-ratio 0.8
                  four reads to each write, on a server of yours; its other keys are left alone
              load-test --api sync --tasks 16 --connections 4 --requests 1M
                  16 threads that share 4 blocking connections
              load-test --rate 20k --distribution zipf --warmup 5s --duration 1m --format json
                  20,000 operations each second, some keys far more often than others, for a program to read
              load-test --rate 5k --min-rate 0.95
                  fails if fewer than 4,750 operations were done each second
              load-test --workload mget --batch 50 --value-size 4096
                  50 values of 4 KiB in each read
              load-test --soak --duration 1h --url redis://127.0.0.1:6379
                  an hour, with a line for every ten seconds of it
              load-test --soak --chaos --duration 10m --seed 42
                  ten minutes with a server that crashes, halts and runs out of memory, each time in the same order
              load-test --cluster --chaos --duration 1m
                  a minute with a cluster whose primaries die, halt, and hand over their slots
              load-test --url redis+cluster://10.0.0.1:7000,10.0.0.2:7000 --workload mget
                  a cluster of yours; the report has a row for each node
              load-test --duration 1m --report load.html
                  throughput and latencies over time, and their distribution, for a browser

            Keys are set before the run and removed after it. A read that finds no value counts as a wrong value: do
            not use a server that evicts keys.

            With --rate an operation starts as exactly as the system's timers allow, about 0.1 ms late; that is part of
            its latency. The report tells which share of the rate was done.

            With --soak the run fails if the medians of its last quarter exceed those of its first quarter, the first tenth
            left out: memory by more than \(Int(Drift.memoryGrowth.share * 100)) % and \
            \(Int(Drift.memoryGrowth.megabytes)) MB, descriptors by more than --connections, threads by more than \
            \(Int(Drift.threadGrowth)).

            With --chaos the private server writes every change to disk before it answers. At moments and in an order that
            --seed chooses it is killed and started again, halted, or paused; connections are killed, one or all; new ones
            are refused; writes are refused for want of memory. Unless --workload says otherwise, half of the operations are
            writes, each of a new version of its key's value. A read must find the last version that was acknowledged before
            it, or a later one, or an older one whose write ended with nobody knowing whether it was executed; never one whose
            error said that it was not. In the end all keys are read once more. Calls have
            \(ChaosLimits.timeout.components.seconds) s; errors are expected, but not every kind. The run fails if a value is
            wrong, a call unanswered or later than its deadline and --slack, or if \(recovery(.crash, of: .server)) ms and
            --slack after the server answers again no call has succeeded.

            With --cluster --chaos a primary is killed, or halted for a time, and its replica takes its place; or one is told to
            hand over to its replica; or a thousand slots and their keys move to another primary. Nothing is written to disk. The
            nodes replicate asynchronously, so a write that was acknowledged less than \(danger) ms before a primary
            was killed or halted, or was under way then, may be gone afterwards: such are counted apart. Any other acknowledged
            write that is gone is a wrong value. When a primary has been replaced, a write to its slots must succeed within
            \(recovery(.crash, of: .cluster)) ms and --slack; within \(recovery(.failover, of: .cluster)) ms and --slack \
            where it has handed over itself. No call may fail because of
            that, nor because of slots that move.

            On a cluster, an operation counts for the node that serves its key when it ends; one on several keys counts for each
            of their nodes.

            Exit status: 0 if there was no error (other than those of --chaos) and no wrong value, nothing grew with --soak and
            --min-rate was reached; 64 if an option is wrong; 1 otherwise. So it is 0 for a --rate that was missed, which the
            report tells, unless there is a --min-rate; and for a run that Ctrl-C ended before its time, if all was well until
            then.

            """
    }

    private static var danger: UInt64 { ChaosCluster.danger.milliseconds }

    private static func recovery(_ kind: ChaosKind, of subject: ChaosSubject) -> UInt64 {
        subject.recovery(of: kind).milliseconds
    }
}

import Foundation

// Prints what a task's turn takes by the number of tasks that take turns: each of them waits, and when its turn comes,
// goes through memory of its own and waits again. There is no client and no connection in it.
//
//     swift run -c release CachetoryTaskTurns
//
// A task waits in `Task.yield()`, or in a continuation that another task resumes, as it does for a reply. Where there
// are more tasks than take turns *at a time*, those take all their turns before the next ones do. Figures are medians of
// rounds, in which the rows follow each other, every second round backwards. *Of 200* is the throughput by that of 200
// tasks, the median of the ratios within a round. Exits with 1 if a task did not get just its turns.

let rounds = 5

/// About as many as a GET misses more in the cache with 10,000 tasks than with 200, as callgrind counts them.
let linesOfCall = 25

let rows = [Turns.Wait.yield, .continuation].flatMap { wait in
    // A single line counts the turns, and that is all.
    [1, linesOfCall].flatMap { lines in
        [
            Turns(wait: wait, lines: lines, tasks: 50, atATime: 50, turnsOfTask: 2_000),
            Turns(wait: wait, lines: lines, tasks: 200, atATime: 200, turnsOfTask: 500),
            Turns(wait: wait, lines: lines, tasks: 1_000, atATime: 1_000, turnsOfTask: 100),
            Turns(wait: wait, lines: lines, tasks: 10_000, atATime: 10_000, turnsOfTask: 10),
            // More turns, as the first ones of each task find nothing in the cache here, too.
            Turns(wait: wait, lines: lines, tasks: 10_000, atATime: 200, turnsOfTask: 100),
        ]
    }
}

func median(_ figures: [Double]) -> Double { figures.sorted()[figures.count / 2] }

var figures = rows.map { _ in [Turns.Figures]() }
do {
    for round in 0..<rounds {
        let order = Array(rows.indices)
        for index in round.isMultiple(of: 2) ? order : order.reversed() {
            figures[index].append(try await rows[index].measure())
        }
    }
} catch {
    print("failed: \(error)")
    exit(1)
}

print("waits in      own lines   tasks  at a time  ns a turn  processor's ns  million turns/s  of 200")
for (row, ofRow) in zip(rows, figures) {
    let base = rows.firstIndex { $0.wait == row.wait && $0.lines == row.lines && $0.tasks == 200 } ?? 0
    let (time, processorTime) = (median(ofRow.map(\.time)), median(ofRow.map(\.processorTime)))
    let ratio = median(zip(figures[base], ofRow).map { $0.time / $1.time })
    print(
        row.wait.rawValue.padding(toLength: 13, withPad: " ", startingAt: 0),
        String(format: "%9d%8d%11d", row.lines, row.tasks, row.atATime),
        String(format: "%10.0f%16.0f%17.2f%8.2f", time, processorTime, 1000 / time, ratio))
}

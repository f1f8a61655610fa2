/// The unit of a run's time on an axis.
enum TimeUnit {
    case milliseconds
    case seconds
    case minutes
    case hours

    /// What suits a run of so many seconds.
    init(for seconds: Double) {
        self = seconds < 1 ? .milliseconds : seconds < 180 ? .seconds : seconds < 3 * 3600 ? .minutes : .hours
    }

    /// Its length in seconds.
    var length: Double {
        switch self {
        case .milliseconds: 0.001
        case .seconds: 1
        case .minutes: 60
        case .hours: 3600
        }
    }

    var symbol: String {
        switch self {
        case .milliseconds: "ms"
        case .seconds: "s"
        case .minutes: "min"
        case .hours: "h"
        }
    }

    /// The axis of a run.
    func axis(upTo seconds: Double) -> Axis {
        .time(upTo: seconds, label: { "\(AxisLabel.short($0 / length)) \(symbol)" }, unit: length)
    }
}

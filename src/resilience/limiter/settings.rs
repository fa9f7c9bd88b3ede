//! How a limiter adapts.

/// Settings of a [`Limiter`](super::Limiter). Numbers out of range are brought into it: counts to
/// at least 1, the cap to at least the floor, the first limit between them, tolerance to at least
/// 1, the queue to at least 0, smoothing to between 0 and 1; a number that is none becomes the default.
#[derive(Debug, Clone, PartialEq)]
pub struct LimiterSettings {
    /// The least limit. Default: 1.
    pub floor: u32,
    /// The greatest limit. The same as the floor makes it a fixed one. Default: 64.
    pub cap: u32,
    /// The first limit. Default: 4.
    pub initial: u32,
    /// Calls in a window, and twice the limit where that is more. Default: 20.
    pub window: u32,
    /// Windows that the latency of calls which do not queue is averaged over. Default: 30.
    pub long_windows: u32,
    /// Calls that may queue, by which the limit grows while latencies stay low. Default: 0.75.
    pub queue: f64,
    /// The latency in a window may be this many times that before the limit falls. Default: 1.25.
    pub tolerance: f64,
    /// How far one window moves the limit, 0 to 1. Default: 0.2.
    pub smoothing: f64,
    /// Windows of steady load between two probes. Default: 500.
    pub probe_every: u32,
}

impl Default for LimiterSettings {
    fn default() -> Self {
        Self {
            floor: 1,
            cap: 64,
            initial: 4,
            window: 20,
            long_windows: 30,
            queue: 0.75,
            tolerance: 1.25,
            smoothing: 0.2,
            probe_every: 500,
        }
    }
}

impl LimiterSettings {
    /// The same settings with every number in its range.
    pub(super) fn in_range(self) -> Self {
        let default = Self::default();
        let number = |n: f64, otherwise: f64| if n.is_nan() { otherwise } else { n };
        let floor = self.floor.max(1);
        let cap = self.cap.max(floor);
        Self {
            floor,
            cap,
            initial: self.initial.clamp(floor, cap),
            window: self.window.max(1),
            long_windows: self.long_windows.max(1),
            queue: number(self.queue, default.queue).max(0.0),
            tolerance: number(self.tolerance, default.tolerance).max(1.0),
            smoothing: number(self.smoothing, default.smoothing).clamp(0.0, 1.0),
            probe_every: self.probe_every.max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_brought_into_it() {
        let settings = LimiterSettings {
            floor: 0,
            cap: 0,
            initial: 9,
            window: 0,
            long_windows: 0,
            queue: -1.0,
            tolerance: f64::NAN,
            smoothing: -1.0,
            probe_every: 0,
        }
        .in_range();
        let least = LimiterSettings {
            floor: 1,
            cap: 1,
            initial: 1,
            window: 1,
            long_windows: 1,
            queue: 0.0,
            tolerance: 1.25,
            smoothing: 0.0,
            probe_every: 1,
        };
        assert_eq!(settings, least);
        assert_eq!(
            LimiterSettings::default().in_range(),
            LimiterSettings::default()
        );
    }
}

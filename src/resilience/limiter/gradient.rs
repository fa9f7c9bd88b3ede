//! How many calls at once, from how long they take.
//!
//! The formula is that of `Gradient2Limit` of Netflix's concurrency-limits: every window of
//! samples,
//!
//! ```text
//! gradient = max(0.5, min(1, tolerance * long / short))
//! limit    = (1 - smoothing) * limit + smoothing * (gradient * limit + queue)
//! ```
//!
//! where `short` is the mean latency of the window and `long` that of calls which do not queue.
//! One thing differs. There, `long` is an average over every window, so it follows the latency
//! under a lasting overload and the limit creeps up with it. Here it learns only from windows that
//! cannot have queued; and where there were none for long, the limiter probes: it goes down to a
//! part of its limit for some calls. `GradientLimit` of the same library and the adaptive
//! concurrency filter of Envoy go down to their floor for it, which measures the same where the
//! limit is near what the server can do, and costs more answers.

use super::settings::LimiterSettings;

/// Windows until what may be wrong is made sure of.
const SOON: u32 = 10;

/// The limit and what it follows from.
#[derive(Debug)]
pub(super) struct Gradient {
    settings: LimiterSettings,
    limit: f64,
    /// Latency of calls that do not queue, in seconds.
    long: Option<f64>,
    /// Latency in the last window, in seconds.
    short: Option<f64>,
    /// What the last window led to.
    gradient: f64,
    /// Windows since `long` could be learnt.
    unsure: u32,
}

impl Gradient {
    /// `settings` are in range.
    pub fn new(settings: LimiterSettings) -> Self {
        Self {
            limit: f64::from(settings.initial),
            long: None,
            short: None,
            gradient: 1.0,
            unsure: settings.probe_every.saturating_sub(SOON),
            settings,
        }
    }

    /// Calls at once, at least the floor and at most the cap.
    pub fn limit(&self) -> u32 {
        // At most the cap, which is a `u32`.
        self.limit as u32
    }

    /// Calls in a window. Fewer than twice the limit are only some of what is done at once, and
    /// their mean says more of chance than of queueing.
    pub fn window(&self) -> u32 {
        self.settings.window.max(self.limit().saturating_mul(2))
    }

    pub fn long(&self) -> Option<f64> {
        self.long
    }

    pub fn short(&self) -> Option<f64> {
        self.short
    }

    pub fn gradient(&self) -> f64 {
        self.gradient
    }

    /// Whether it is time to measure a call that does not queue.
    pub fn wants_probe(&self) -> bool {
        let is_fixed = self.settings.floor == self.settings.cap;
        !is_fixed && self.unsure >= self.settings.probe_every
    }

    /// Calls at once during a probe. Where the limit is far above what the server can do, they
    /// still queue, but less; the limit follows, and the next probe is nearer.
    pub fn probe_limit(&self) -> u32 {
        (self.limit() / 4).max(self.settings.floor)
    }

    /// Ends a probe with the mean latency of its calls, in seconds, where it was measured. Near
    /// what is known, chance has its part in either. What is half as much or twice as much is
    /// believed, and soon made sure of.
    pub fn probed(&mut self, latency: Option<f64>) {
        self.unsure = 0;
        self.long = match (self.long, latency) {
            (long, None) => long,
            (Some(long), Some(new)) if (0.5..2.0).contains(&(new / long)) => {
                Some(f64::midpoint(long, new))
            }
            (_, new) => {
                self.unsure = self.settings.probe_every.saturating_sub(SOON);
                new
            }
        };
    }

    /// Takes a window: mean latency of its calls in seconds, and most calls in flight.
    pub fn update(&mut self, short: f64, most_in_flight: u32) {
        let mut long = self.long.unwrap_or(short);
        self.short = Some(short);
        let is_light = f64::from(most_in_flight) < self.limit / 2.0;
        if is_light || most_in_flight <= 1 {
            self.unsure = 0;
            let weight = 2.0 / (f64::from(self.settings.long_windows) + 1.0);
            long = long * (1.0 - weight) + short * weight;
        } else {
            self.unsure = self.unsure.saturating_add(1);
        }
        if long > 2.0 * short {
            // As after a long overload; the average alone would take long to come down.
            long *= 0.9;
        }
        self.long = Some(long);
        if is_light {
            // What is not asked for cannot show that it would be too much.
            self.gradient = 1.0;
            return;
        }
        self.gradient = match self.settings.tolerance * long / short {
            ratio if ratio.is_finite() => ratio.clamp(0.5, 1.0),
            // Calls that take no time do not queue.
            _ => 1.0,
        };
        let aim = self.limit * self.gradient + self.settings.queue;
        let smoothing = self.settings.smoothing;
        let limit = self.limit * (1.0 - smoothing) + aim * smoothing;
        let [floor, cap] = [self.settings.floor, self.settings.cap].map(f64::from);
        self.limit = limit.clamp(floor, cap);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient() -> Gradient {
        Gradient::new(LimiterSettings {
            floor: 1,
            cap: 40,
            initial: 16,
            smoothing: 0.5,
            tolerance: 1.5,
            long_windows: 3,
            queue: 4.0,
            probe_every: 20,
            ..LimiterSettings::default()
        })
    }

    #[test]
    fn one_step_is_the_formula() {
        let mut g = gradient();
        g.update(0.1, 16);
        assert_eq!((g.limit, g.long), (18.0, Some(0.1)));
        // Twice as slow: 1.5 * 0.1 / 0.2.
        g.limit = 16.0;
        g.update(0.2, 16);
        assert_eq!(g.long, Some(0.1));
        assert!((g.gradient - 0.75).abs() < 1e-12);
        assert!((g.limit - 0.5 * (16.0 + 12.0 + 4.0)).abs() < 1e-9);
        // Never less than half at a time.
        g.limit = 16.0;
        g.update(10.0, 16);
        assert_eq!((g.gradient, g.limit), (0.5, 14.0));
    }

    #[test]
    fn light_load_teaches_and_leaves_the_limit() {
        let mut g = gradient();
        g.update(0.1, 7);
        g.update(0.3, 7);
        assert_eq!(g.limit(), 16);
        assert!((g.long.unwrap() - 0.2).abs() < 1e-12);
        // More than twice as long as it takes now: 0.9 * (0.2 + 0.02) / 2.
        g.update(0.02, 7);
        assert!((g.long.unwrap() - 0.099).abs() < 1e-12);
    }

    #[test]
    fn load_teaches_only_that_it_is_far_faster() {
        let mut g = gradient();
        g.update(0.2, 16);
        g.update(0.3, 16);
        g.update(0.11, 16);
        assert_eq!(g.long, Some(0.2));
        g.update(0.09, 16);
        assert!((g.long.unwrap() - 0.18).abs() < 1e-12);
        // One at a time does not queue.
        g.update(0.24, 1);
        assert!((g.long.unwrap() - 0.21).abs() < 1e-12);
    }

    #[test]
    fn a_probe_is_averaged_in_where_it_is_near() {
        let mut g = gradient();
        g.probed(Some(0.1));
        g.probed(Some(0.15));
        assert!((g.long.unwrap() - 0.125).abs() < 1e-12);
        g.probed(Some(0.3));
        assert_eq!(g.long, Some(0.3));
        g.probed(None);
        assert_eq!(g.long, Some(0.3));
        assert_eq!(g.probe_limit(), 4);
    }

    #[test]
    fn it_stays_within_floor_and_cap() {
        let mut g = gradient();
        for _ in 0..100 {
            g.update(0.1, 40);
        }
        assert_eq!(g.limit(), 40);
        for _ in 0..100 {
            g.update(100.0, 40);
        }
        // The queue makes up for the half.
        assert_eq!(g.limit(), 8);
        g.settings.queue = 0.0;
        for _ in 0..100 {
            g.update(100.0, 40);
        }
        assert_eq!(g.limit(), 1);
        g.update(0.0, 40);
        g.update(0.0, 40);
        assert_eq!((g.limit, g.gradient), (1.0, 1.0));
    }

    #[test]
    fn a_probe_is_due_soon_at_first_and_seldom_later() {
        let mut g = gradient();
        let windows = |g: &mut Gradient| {
            let mut count = 0;
            while !g.wants_probe() {
                g.update(0.1, 40);
                count += 1;
            }
            count
        };
        assert_eq!(windows(&mut g), 10);
        // Not half of what the first windows took, so believed, but not for long.
        g.probed(Some(0.04));
        assert_eq!(windows(&mut g), 10);
        g.probed(Some(0.05));
        assert_eq!(windows(&mut g), 20);
        g.probed(None);
        g.update(0.1, 40);
        g.update(0.1, 1);
        assert_eq!(windows(&mut g), 20);
    }
}

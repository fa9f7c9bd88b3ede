//! Stretches of an axis cut into equal parts.

/// What a series did in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Least value.
    pub min: f64,
    /// Mean over the time that is known.
    pub mean: f64,
    /// Greatest value.
    pub max: f64,
}

impl Point {
    pub(super) fn of(value: f64) -> Self {
        Self {
            min: value,
            mean: value,
            max: value,
        }
    }
}

/// Gathers values into the parts of a stretch.
#[derive(Debug)]
pub(super) struct Parts {
    from: u64,
    to: u64,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    min: f64,
    max: f64,
    sum: f64,
    weight: f64,
}

impl Parts {
    /// The milliseconds from `from` up to `to`, in `count` parts.
    pub(super) fn new(from: u64, to: u64, count: usize) -> Self {
        let empty = Part {
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            sum: 0.0,
            weight: 0.0,
        };
        Self {
            from,
            to,
            parts: vec![empty; count],
        }
    }

    /// Adds what was so from `start` up to `end` to each part that it touches, for as long as it
    /// does.
    pub(super) fn add(&mut self, start: u64, end: u64, point: Point) {
        let (start, end) = (start.max(self.from), end.min(self.to));
        if start >= end || self.parts.is_empty() {
            return;
        }
        // Exact up to 2^53 ms, some 285,000 years.
        let width = (self.to - self.from) as f64 / self.parts.len() as f64;
        let place = |at: u64| (at - self.from) as f64 / width;
        let (left, right) = (place(start), place(end));
        let last = (right.ceil() as usize).min(self.parts.len());
        for nth in (left as usize)..last {
            let (from, to) = (left.max(nth as f64), right.min(nth as f64 + 1.0));
            let part = &mut self.parts[nth];
            let weight = to - from;
            if weight > 0.0 {
                part.min = part.min.min(point.min);
                part.max = part.max.max(point.max);
                part.sum += point.mean * weight;
                part.weight += weight;
            }
        }
    }

    /// The parts, in order; `None` where nothing was added.
    pub(super) fn points(self) -> Vec<Option<Point>> {
        let point = |part: Part| {
            (part.weight > 0.0).then(|| Point {
                min: part.min,
                // Rounding may lead out of the bounds by a bit.
                mean: (part.sum / part.weight).clamp(part.min, part.max),
                max: part.max,
            })
        };
        self.parts.into_iter().map(point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_weigh_by_the_time_they_lasted() {
        let mut parts = Parts::new(100, 500, 4);
        parts.add(0, 150, Point::of(2.0));
        parts.add(150, 175, Point::of(8.0));
        parts.add(250, 500, Point::of(1.0));
        parts.add(
            300,
            400,
            Point {
                min: 0.0,
                mean: 3.0,
                max: 9.0,
            },
        );
        let expected = [
            Some(Point {
                min: 2.0,
                mean: 4.0,
                max: 8.0,
            }),
            Some(Point::of(1.0)),
            Some(Point {
                min: 0.0,
                mean: 2.0,
                max: 9.0,
            }),
            Some(Point::of(1.0)),
        ];
        assert_eq!(parts.points(), expected);
        assert_eq!(Parts::new(5, 5, 2).points(), [None, None]);
    }

    proptest! {
        /// However a stretch is cut, the parts hold what was added and no more.
        #[test]
        fn no_cut_loses_or_invents(
            from in 0u64..1000, length in 1u64..1000, count in 0usize..50,
            spans in proptest::collection::vec((0u64..2000, 0u64..300, -5.0..5.0f64), 0..20),
        ) {
            let to = from + length;
            let mut parts = Parts::new(from, to, count);
            for (start, lasting, value) in &spans {
                parts.add(*start, start + lasting, Point::of(*value));
            }
            let points = parts.points();
            prop_assert_eq!(points.len(), count);
            for (nth, point) in points.into_iter().enumerate() {
                let width = length as f64 / count as f64;
                let (left, right) = (from as f64 + nth as f64 * width, from as f64 + (nth + 1) as f64 * width);
                let touching: Vec<f64> = spans.iter()
                    .filter(|(start, lasting, _)| {
                        *lasting > 0 && (*start as f64) < right - 1e-6 && (start + lasting) as f64 > left + 1e-6
                    })
                    .map(|(.., value)| *value)
                    .collect();
                if let Some(point) = point {
                    prop_assert!(point.min <= point.mean + 1e-9 && point.mean <= point.max + 1e-9);
                    prop_assert!(touching.iter().all(|v| point.min <= *v && *v <= point.max));
                } else {
                    prop_assert!(touching.is_empty());
                }
            }
        }
    }
}

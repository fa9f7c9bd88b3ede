//! Temperatures, where the machine has sensors.

use sysinfo::{Component, Components};

use super::{Ask, Collector, Fault, Part};
use crate::monitor::snapshot::Temperature;

/// Most sensors shown.
const MOST: usize = 64;

/// Asks the sensors that the system lists.
#[derive(Debug, Default)]
pub(super) struct Temperatures {
    sensors: Option<Components>,
}

/// Those that tell something.
fn shown<'a>(all: impl Iterator<Item = (&'a str, Option<f32>)>) -> Result<Part, Fault> {
    let known = all.filter_map(|(name, celsius)| {
        Some(Temperature {
            sensor: name.chars().filter(|c| !c.is_control()).collect(),
            celsius: f64::from(celsius.filter(|c| c.is_finite())?),
        })
    });
    let known: Vec<_> = known.take(MOST).collect();
    if known.is_empty() {
        return Err(Fault::Absent("no sensor tells a temperature".to_owned()));
    }
    Ok(Part::Temperature(known))
}

impl Collector for Temperatures {
    fn collect(&mut self, _: Ask) -> Result<Part, Fault> {
        let sensors = match &mut self.sensors {
            Some(sensors) => {
                sensors.refresh(true);
                sensors
            }
            none => {
                let listed = Components::new_with_refreshed_list()
                    .map_err(|e| Fault::Failed(format!("the sensors cannot be listed: {e}")))?;
                none.insert(listed)
            }
        };
        let told = |c: &'_ Component| c.temperature();
        shown(sensors.iter().map(|c| (c.label(), told(c))))
    }

    fn forget(&mut self) {}

    fn rest(&mut self) {
        self.sensors = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensor_that_tells_nothing_is_no_zero() {
        let all = [
            ("core\x1b 0", Some(41.5)),
            ("broken", None),
            ("odd", Some(f32::NAN)),
        ];
        let expected = vec![Temperature {
            sensor: "core 0".to_owned(),
            celsius: 41.5,
        }];
        assert_eq!(shown(all.into_iter()), Ok(Part::Temperature(expected)));
        let none = shown(all.into_iter().skip(1));
        assert!(matches!(none, Err(Fault::Absent(_))));
    }

    #[test]
    fn this_machine_has_sensors_or_says_that_it_has_none() {
        let mut sensors = Temperatures::default();
        for _ in 0..2 {
            match sensors.collect(crate::monitor::testing::at(0)) {
                Ok(Part::Temperature(all)) => assert!(!all.is_empty()),
                Err(Fault::Absent(why)) => assert!(why.contains("sensor")),
                other => panic!("{other:?}"),
            }
        }
    }
}

//! NVIDIA's driver, through its management library (NVML), which is loaded where it is found.

use std::ffi::OsStr;

use nvml_wrapper::enum_wrappers::device::{Clock, EccCounter, MemoryError, TemperatureSensor};
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::{Device, Nvml};

use super::Fault;
use super::gpu::{Figure, GpuSource, Lack};

/// The library's name; that without a number comes with the tools for developers only.
#[cfg(target_os = "linux")]
const LIBRARY: &str = "libnvidia-ml.so.1";
#[cfg(not(target_os = "linux"))]
const LIBRARY: &str = "libnvidia-ml.so";

/// `nvmlEnableState_t` of a card that is cut into instances.
const MIG_ENABLED: u32 = 1;

/// The driver, opened when it is first asked.
#[derive(Debug, Default)]
pub(super) struct Driver {
    open: Option<Nvml>,
}

impl Driver {
    fn card(&self, index: u32) -> Result<Device<'_>, Lack> {
        let closed = || Lack::Failed("the driver is closed".to_owned());
        let driver = self.open.as_ref().ok_or_else(closed)?;
        driver.device_by_index(index).map_err(lack)
    }
}

fn open() -> Result<Nvml, Fault> {
    Nvml::builder()
        .lib_path(OsStr::new(LIBRARY))
        .init()
        .map_err(|error| match error {
            NvmlError::LibloadingError(why) => {
                Fault::Absent(format!("NVIDIA's driver is not installed: {why}"))
            }
            NvmlError::DriverNotLoaded => Fault::Absent("NVIDIA's driver is not loaded".to_owned()),
            other => Fault::Failed(format!("NVIDIA's driver cannot be opened: {other}")),
        })
}

/// What an error of one question means; those that are not for good may pass.
fn lack(error: NvmlError) -> Lack {
    match error {
        NvmlError::NotSupported
        | NvmlError::NoPermission
        | NvmlError::FailedToLoadSymbol(_)
        | NvmlError::FunctionNotFound
        | NvmlError::InvalidArg => Lack::NotGiven,
        other => Lack::Failed(other.to_string()),
    }
}

impl GpuSource for Driver {
    fn count(&mut self) -> Result<u32, Fault> {
        let driver = match &mut self.open {
            Some(driver) => driver,
            closed => closed.insert(open()?),
        };
        driver.device_count().map_err(|error| {
            self.open = None;
            Fault::Failed(format!("NVIDIA's driver does not list its cards: {error}"))
        })
    }

    fn name(&mut self, index: u32) -> Result<String, Lack> {
        self.card(index)?.name().map_err(lack)
    }

    fn figure(&mut self, index: u32, figure: Figure) -> Result<f64, Lack> {
        let card = self.card(index)?;
        let ecc = || card.total_ecc_errors(MemoryError::Uncorrected, EccCounter::Volatile);
        let milliwatts = |told: Result<u32, NvmlError>| told.map(|mw| f64::from(mw) / 1e3);
        // Counts are exact up to 2^53.
        let told = match figure {
            Figure::Utilisation => card.utilization_rates().map(|r| f64::from(r.gpu) / 100.0),
            Figure::MemoryUsed => card.memory_info().map(|m| m.used as f64),
            Figure::MemoryTotal => card.memory_info().map(|m| m.total as f64),
            Figure::Temperature => card.temperature(TemperatureSensor::Gpu).map(f64::from),
            Figure::Power => milliwatts(card.power_usage()),
            Figure::PowerLimit => milliwatts(card.enforced_power_limit()),
            Figure::Clock => card.clock_info(Clock::SM).map(f64::from),
            Figure::MemoryClock => card.clock_info(Clock::Memory).map(f64::from),
            Figure::EccErrors => ecc().map(|errors| errors as f64),
            Figure::Mig => card
                .mig_mode()
                .map(|mode| f64::from(u8::from(mode.current == MIG_ENABLED))),
        };
        told.map_err(lack)
    }

    fn close(&mut self) {
        self.open = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds with a driver and without one, and says which of the two it was.
    #[test]
    fn a_driver_that_is_absent_is_no_failure() {
        let mut driver = Driver::default();
        match driver.count() {
            Ok(cards) => {
                for index in 0..cards {
                    assert!(!driver.name(index).unwrap().is_empty());
                    let total = driver.figure(index, Figure::MemoryTotal).unwrap();
                    assert!(total > 1e9, "{total}");
                }
                driver.close();
                assert!(driver.name(0).is_err());
            }
            Err(Fault::Absent(why)) => assert!(why.contains("driver is not"), "{why}"),
            Err(Fault::Failed(why)) => panic!("{why}"),
        }
    }

    #[test]
    fn what_a_card_never_gives_is_told_from_what_may_come_back() {
        assert_eq!(lack(NvmlError::NotSupported), Lack::NotGiven);
        assert!(matches!(lack(NvmlError::GpuLost), Lack::Failed(_)));
    }
}

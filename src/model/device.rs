//! Which device the models run on.

#[cfg(feature = "cuda")]
use std::{sync::mpsc, thread, time::Duration};

use super::ModelError;
use super::settings::Backend;

/// How long a driver may take to list its devices.
#[cfg(feature = "cuda")]
const PATIENCE: Duration = Duration::from_millis(900);

/// A device that was found.
#[derive(Debug, Clone)]
pub enum Device {
    /// The processor.
    Cpu,
    /// An NVIDIA GPU.
    #[cfg(feature = "cuda")]
    Cuda(burn::tensor::Device),
}

impl Device {
    /// The name used in receipts.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            #[cfg(feature = "cuda")]
            Self::Cuda(_) => "cuda",
        }
    }
}

/// What a look for a device found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Where models will run.
    pub device: Device,
    /// Why not on a GPU, where one was asked for or looked for.
    pub note: Option<String>,
}

/// Looks for the device of `backend`; nothing where it is off. Takes less than a second, never
/// panics, and falls back to the processor.
#[must_use]
pub fn probe(backend: Backend) -> Option<Found> {
    match backend {
        Backend::Off => None,
        Backend::Cpu => Some(Found {
            device: Device::Cpu,
            note: None,
        }),
        Backend::Auto | Backend::Cuda => Some(match cuda() {
            Ok(device) => Found { device, note: None },
            Err(note) => Found {
                device: Device::Cpu,
                note: Some(note),
            },
        }),
    }
}

/// The burn device to train on, with gradients, and why not on a GPU where one was looked for.
///
/// # Errors
/// Where the backend is off.
pub fn for_training(
    backend: Backend,
) -> Result<(burn::tensor::Device, Option<String>), ModelError> {
    let found = probe(backend).ok_or_else(|| {
        ModelError::Request(
            "nothing is trained on the device `off`\n  help: give --device auto".to_owned(),
        )
    })?;
    let device = match found.device {
        Device::Cpu => burn::tensor::Device::flex(),
        #[cfg(feature = "cuda")]
        Device::Cuda(device) => device,
    };
    let asked = found.note.filter(|_| backend == Backend::Cuda);
    Ok((device.autodiff(), asked))
}

/// The first CUDA device, or why there is none.
#[cfg(feature = "cuda")]
fn cuda() -> Result<Device, String> {
    use burn::tensor::{Device as BurnDevice, DeviceType};
    let (found, answer) = mpsc::channel();
    // On a thread of its own: a driver may hang, and its bindings panic where it is missing.
    let looking = thread::Builder::new()
        .name("postwright-cuda-probe".to_owned())
        .spawn(move || {
            let first = BurnDevice::enumerate(DeviceType::Cuda)
                .into_vec()
                .into_iter()
                .next();
            // Nobody listens any more where it took too long.
            let _ = found.send(first);
        });
    looking.map_err(|e| format!("no thread to look for CUDA: {e}"))?;
    match answer.recv_timeout(PATIENCE) {
        Ok(Some(device)) => Ok(Device::Cuda(device)),
        Ok(None) => Err("no CUDA device was found".to_owned()),
        Err(mpsc::RecvTimeoutError::Timeout) => {
            Err("the CUDA driver did not answer in time".to_owned())
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            Err("the CUDA driver could not be asked".to_owned())
        }
    }
}

#[cfg(not(feature = "cuda"))]
fn cuda() -> Result<Device, String> {
    Err("this program was built without CUDA (cargo feature `cuda`)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn off_is_no_device_and_a_look_for_cuda_falls_back_with_a_reason() {
        assert!(probe(Backend::Off).is_none());
        let cpu = probe(Backend::Cpu).unwrap();
        assert_eq!((cpu.device.name(), cpu.note), ("cpu", None));
        for backend in [Backend::Auto, Backend::Cuda] {
            let found = probe(backend).unwrap();
            assert_eq!(found.device.name() == "cpu", found.note.is_some());
        }
    }
}

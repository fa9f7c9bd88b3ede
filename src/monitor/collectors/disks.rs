//! Room on the file systems that hold the program's folders, and on the root. No other is asked,
//! as one that hangs would keep its asker.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::{Ask, Collector, Fault, Part};
use crate::monitor::snapshot::Disk;

/// Asks file systems.
#[derive(Debug)]
pub(super) struct Disks {
    folders: Vec<PathBuf>,
}

impl Disks {
    /// Shows the file systems of `folders`, which need not be there yet, and the root.
    pub(super) fn new(folders: Vec<PathBuf>) -> Self {
        Self { folders }
    }
}

/// Where the file system is mounted that holds `folder`, or will hold it.
fn mount_of(folder: &Path) -> Option<PathBuf> {
    let real = folder.ancestors().find_map(|f| fs::canonicalize(f).ok())?;
    let device = |path: &Path| fs::metadata(path).ok().map(|m| m.dev());
    let own = device(&real)?;
    let inside = real.ancestors().take_while(|f| device(f) == Some(own));
    inside.last().map(Path::to_owned)
}

fn room(mount: &Path) -> Result<Disk, Fault> {
    let told = rustix::fs::statvfs(mount)
        .map_err(|e| Fault::Failed(format!("the room on {} is not told: {e}", mount.display())))?;
    let name = mount.to_string_lossy();
    Ok(Disk {
        mount: name.chars().filter(|c| !c.is_control()).collect(),
        total: told.f_blocks.saturating_mul(told.f_frsize),
        available: told.f_bavail.saturating_mul(told.f_frsize),
    })
}

impl Collector for Disks {
    fn collect(&mut self, _: Ask) -> Result<Part, Fault> {
        let mut mounts = vec![PathBuf::from("/")];
        for mount in self.folders.iter().filter_map(|f| mount_of(f)) {
            if !mounts.contains(&mount) {
                mounts.push(mount);
            }
        }
        let (mut disks, mut fault) = (Vec::with_capacity(mounts.len()), None);
        for mount in mounts {
            match room(&mount) {
                Ok(disk) => disks.push(disk),
                Err(failed) => fault = Some(failed),
            }
        }
        // One that cannot be asked is left out while others can.
        match fault {
            Some(fault) if disks.is_empty() => Err(fault),
            Some(_) | None => Ok(Part::Disks(disks)),
        }
    }

    fn forget(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::at;

    fn mounts(folders: &[&str]) -> Vec<String> {
        let folders = folders.iter().map(PathBuf::from).collect();
        match Disks::new(folders).collect(at(0)).unwrap() {
            Part::Disks(disks) => {
                assert!(disks.iter().all(|d| d.available <= d.total));
                disks.into_iter().map(|d| d.mount).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn each_file_system_is_shown_once() {
        assert_eq!(mounts(&[]), ["/"]);
        let shown = mounts(&["/proc/self", "/proc/not/there", "/no/such/folder", "/"]);
        assert_eq!(shown, ["/", "/proc"]);
    }

    #[test]
    fn a_mount_that_is_not_there_is_named() {
        let fault = room(Path::new("/no/such/mount")).unwrap_err();
        assert!(matches!(&fault, Fault::Failed(m) if m.contains("/no/such/mount")));
    }
}

//! Bytes of a file of histories.
//!
//! [`MAGIC`], [`VERSION`], the first eight bytes of the body's XXH3, and the body: [`Stored`] as
//! postcard has it, deflated. Numbers of the head are little-endian.

use std::fs::{self, DirBuilder};
use std::io::{self, Read, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::Series;
use super::rings::{Extent, MINUTE, MINUTES, Minute, RAW, Rings, Row};

/// How a file begins.
const MAGIC: &[u8; 8] = b"PWWATCH\n";
/// The format that is written.
const VERSION: u32 = 1;
/// Most bytes of a file, packed or not; what is written stays far below.
const LARGEST: u64 = 16 << 20;
/// Most figures of a file.
const MOST_COLUMNS: usize = 512;

/// Why histories could not be kept or found again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HistoryError {
    /// The file cannot be read.
    #[error("the histories in {path} cannot be read ({source}); new ones begin")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no file of histories, or of another version, or damaged.
    #[error("{path} {what}; it is set aside as {aside}, and new histories begin")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: Damage,
        /// Where it is now.
        aside: PathBuf,
    },
    /// The file cannot be written.
    #[error(
        "the histories cannot be written to {path} ({source}); they are kept in memory and \
             tried again later, so make room or set another `monitor.history`"
    )]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It begins otherwise.
    #[error("is no file of histories")]
    Foreign,
    /// Another version wrote it.
    #[error("has format {0}, and this version reads {VERSION}")]
    Version(u32),
    /// It is cut, or bytes of it changed.
    #[error("is damaged")]
    Corrupt,
}

/// What is kept of [`Rings`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Stored {
    /// Milliseconds since 1970 by the wall's clock when it was saved.
    pub(super) wall: u64,
    /// The same moment by the axis.
    pub(super) axis: u64,
    /// When each sample was taken, and what it stands for.
    rows: Vec<(u64, u32)>,
    /// Number of the newest minute.
    minute: u64,
    /// Of each minute, the oldest first, the time for which there are samples.
    extents: Vec<Extent>,
    columns: Vec<StoredColumn>,
}

/// One figure; like fields stand together, as they pack better.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredColumn {
    name: String,
    raw: Vec<f32>,
    min: Vec<f32>,
    mean: Vec<f32>,
    max: Vec<f32>,
    count: Vec<u32>,
}

impl Stored {
    /// What `rings` hold at a moment by both clocks.
    pub(super) fn of(rings: &Rings, wall: u64, axis: u64) -> Self {
        let minutes: Vec<usize> = rings
            .minutes()
            .into_iter()
            .map(|(_, place)| place)
            .collect();
        let columns = rings.columns().iter().map(|column| {
            let raw = rings.rows().map(|(slot, _)| column.value(slot));
            let of = |field: fn(Minute) -> f32| {
                let fields = minutes.iter().map(|place| field(column.minute(*place)));
                fields.collect()
            };
            let counts = minutes.iter().map(|place| column.minute(*place).count);
            StoredColumn {
                name: column.series.to_string(),
                // They were as short before.
                raw: raw.map(|v| v.map_or(f32::NAN, |v| v as f32)).collect(),
                min: of(|m| m.min),
                mean: of(|m| m.mean),
                max: of(|m| m.max),
                count: counts.collect(),
            }
        });
        Self {
            wall,
            axis,
            rows: rings.rows().map(|(_, row)| (row.at, row.every)).collect(),
            minute: rings.newest_minute(),
            extents: minutes.iter().map(|place| rings.extent(*place)).collect(),
            columns: columns.collect(),
        }
    }

    /// The rings of it, on an axis on which it is `now`: what was then is told by the wall's
    /// clock as it was, and nothing lies ahead.
    pub(super) fn rings(&self, now: u64) -> Rings {
        let moved = |at: u64, by: i128| {
            // Out of range only for a file that somebody made up.
            u64::try_from((i128::from(at) + by).max(0)).unwrap_or(u64::MAX)
        };
        let by = i128::from(self.wall) - i128::from(self.axis);
        let newest = self.rows.last().map_or(self.axis, |(at, _)| *at);
        let ahead = i128::from(moved(newest, by)) - (i128::from(now) - 1);
        let by = by - ahead.max(0);
        let mut rings = Rings::default();
        let minute = moved(self.minute * MINUTE, by + i128::from(MINUTE / 2)) / MINUTE;
        for (nth, (at, every)) in self.rows.iter().enumerate() {
            let row = Row {
                at: moved(*at, by),
                every: *every,
            };
            let known = self.known();
            rings.push(
                row,
                known.map(|(series, c)| (series, f64::from(c.raw[nth]))),
            );
        }
        // The samples are in their minutes, which are put over what these made of them.
        rings.turn_to(minute);
        for (number, place) in rings.minutes() {
            let Some(nth) = self.nth(number, minute) else {
                continue;
            };
            rings.set_extent(place, self.extents[nth]);
            for (series, stored) in self.known() {
                let minute = Minute {
                    min: stored.min[nth],
                    mean: stored.mean[nth],
                    max: stored.max[nth],
                    count: stored.count[nth],
                };
                rings.column_mut(series).set_minute(place, minute);
            }
        }
        rings
    }

    /// The place in the lists of the minute `number`, where `newest` is their last.
    fn nth(&self, number: u64, newest: u64) -> Option<usize> {
        let behind = usize::try_from(newest.checked_sub(number)?).ok()?;
        self.minutes().checked_sub(behind.checked_add(1)?)
    }

    /// Minutes in the lists, which are fewer in the first day of 1970.
    fn minutes(&self) -> usize {
        usize::try_from(self.minute.saturating_add(1)).map_or(MINUTES, |m| m.min(MINUTES))
    }

    /// Figures that this version knows.
    fn known(&self) -> impl Iterator<Item = (Series, &StoredColumn)> {
        let columns = self.columns.iter();
        columns.filter_map(|column| Some((column.name.parse().ok()?, column)))
    }

    fn is_sound(&self) -> bool {
        let is_new = |pair: &[(u64, u32)]| pair[0].0 < pair[1].0;
        let (rows, minutes) = (self.rows.len(), self.minutes());
        let fits = |c: &StoredColumn| {
            let lengths = [c.min.len(), c.mean.len(), c.max.len(), c.count.len()];
            c.raw.len() == rows && lengths == [minutes; 4]
        };
        rows <= RAW
            && self.rows.windows(2).all(is_new)
            && self.minute < u64::MAX / MINUTE
            && self.extents.len() == minutes
            && self.columns.len() <= MOST_COLUMNS
            && self.columns.iter().all(fits)
    }

    /// The bytes of a file.
    pub(super) fn encode(&self) -> io::Result<Vec<u8>> {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        let plain = postcard::to_extend(self, Vec::new()).map_err(io::Error::other)?;
        packer.write_all(&plain)?;
        let body = packer.finish()?;
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        out.extend(xxh3_64(&body).to_le_bytes());
        out.extend(body);
        Ok(out)
    }

    /// Reads the bytes of a file.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Damage> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(Damage::Foreign)?;
        let (version, rest) = rest.split_first_chunk().ok_or(Damage::Corrupt)?;
        let version = u32::from_le_bytes(*version);
        if version != VERSION {
            return Err(Damage::Version(version));
        }
        let (sum, body) = rest.split_first_chunk().ok_or(Damage::Corrupt)?;
        if xxh3_64(body) != u64::from_le_bytes(*sum) {
            return Err(Damage::Corrupt);
        }
        let mut plain = Vec::new();
        let unpacked = DeflateDecoder::new(body)
            .take(LARGEST)
            .read_to_end(&mut plain);
        unpacked.map_err(|_| Damage::Corrupt)?;
        let stored: Self = postcard::from_bytes(&plain).map_err(|_| Damage::Corrupt)?;
        if stored.is_sound() {
            Ok(stored)
        } else {
            Err(Damage::Corrupt)
        }
    }
}

/// Reads the file at `path`; `None` where there is none. One that cannot be used is set aside.
pub(super) fn load(path: &Path) -> Result<Option<Stored>, HistoryError> {
    let unread = |source| HistoryError::Read {
        path: path.to_owned(),
        source,
    };
    // Opening a pipe would wait for somebody to write into it.
    match fs::metadata(path) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Err(unread(io::Error::other("it is no file"))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(unread(source)),
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unread)?;
    file.take(LARGEST).read_to_end(&mut bytes).map_err(unread)?;
    match Stored::decode(&bytes) {
        Ok(stored) => Ok(Some(stored)),
        Err(what) => {
            let mut aside = path.as_os_str().to_owned();
            aside.push(".damaged");
            let aside = PathBuf::from(aside);
            fs::rename(path, &aside).map_err(unread)?;
            Err(HistoryError::Unusable {
                path: path.to_owned(),
                what,
                aside,
            })
        }
    }
}

/// Puts `bytes` at `path` in one step, for this user only. The folder is made where it is missing.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // No sync: what a crash of the machine tears is found out by its sum, and a disk is not kept
    // busy for graphs.
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

/// Whether such a file can be written, without leaving one behind.
pub(super) fn probe(path: &Path) -> io::Result<()> {
    beside(path).map(drop)
}

/// A file of no name yet in the same folder, which is made; for its owner alone.
fn beside(path: &Path) -> io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    tempfile::NamedTempFile::new_in(folder)
}

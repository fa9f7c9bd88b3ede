//! The models at hand: the one inside the program and those in the models folder.
//!
//! The folder holds one folder a model, and a file `active` with the name of the one in use.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::checkpoint::Checkpoint;
use super::manifest::{MANIFEST, Manifest, Storage, TOKENIZER, WEIGHTS, sha256};
use super::weights::{MOST_TEXT, Weights, is_absent, read};
use super::{Architecture, ModelError, Tokenizer};
use crate::mistake;

/// Name of the model inside the program.
pub const EMBEDDED: &str = "all-minilm-l6-v2";
/// Where its files are said to be in errors.
const INSIDE: &str = "model inside the program";
/// What the folder of a model that is being copied starts with.
const UNDER_WAY: &str = ".import-";
/// Age from which nobody is copying any more.
const LEFTOVER: Duration = Duration::from_secs(24 * 60 * 60);
/// The file that names the model in use.
const ACTIVE: &str = "active";
/// Most bytes of the file that names the model in use.
const MOST_NAME: u64 = 4_096;

mod embedded {
    pub const MANIFEST: &str = include_str!("../../models/all-minilm-l6-v2/manifest.toml");
    pub const TOKENIZER: &[u8] = include_bytes!("../../models/all-minilm-l6-v2/tokenizer.json");
    pub const WEIGHTS: &[u8] = include_bytes!("../../models/all-minilm-l6-v2/model.safetensors");
}

/// A model's files, read and compared with its manifest.
#[derive(Debug, Clone)]
pub struct Model {
    /// What it is.
    pub manifest: Manifest,
    /// A safetensors file.
    pub(super) weights: Weights,
    /// A `tokenizer.json`.
    pub(super) tokenizer: Cow<'static, [u8]>,
    pub(super) place: Place,
}

/// Where a model's files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Inside the program.
    Embedded,
    /// In this folder.
    Folder(PathBuf),
}

impl Place {
    /// The file `name` there, for errors.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        match self {
            Self::Embedded => format!("{INSIDE}: {name}"),
            Self::Folder(folder) => folder.join(name).display().to_string(),
        }
    }
}

impl Model {
    /// The weights.
    ///
    /// # Errors
    /// Where the file does not hold what the manifest's extents need.
    pub fn checkpoint(&self) -> Result<Checkpoint<'_>, ModelError> {
        let file = self.place.file(WEIGHTS);
        Checkpoint::read_from(self.weights.source(), &self.manifest.architecture, &file)
    }

    /// The weights, which outlive the model's files: those inside the program are borrowed.
    ///
    /// # Errors
    /// As for [`Self::checkpoint`].
    pub fn into_checkpoint(self) -> Result<Checkpoint<'static>, ModelError> {
        let file = self.place.file(WEIGHTS);
        let architecture = &self.manifest.architecture;
        match self.weights {
            Weights::Bytes(Cow::Borrowed(bytes)) => Checkpoint::read(bytes, architecture, &file),
            ref other => {
                let checkpoint = Checkpoint::read_from(other.source(), architecture, &file)?;
                Ok(checkpoint.into_owned())
            }
        }
    }

    /// The tokenizer.
    ///
    /// # Errors
    /// Where the file is none for this model.
    pub fn tokenizer(&self) -> Result<Tokenizer, ModelError> {
        let file = self.place.file(TOKENIZER);
        Tokenizer::read(&self.tokenizer, &self.manifest.architecture, &file)
    }

    /// Bytes of the weights file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.weights.len()
    }

    /// Where its files are.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// A model of weights made here, with `architecture` and the tokenizer of this one.
    ///
    /// # Errors
    /// Where the weights cannot be written down.
    pub fn derive(
        &self,
        name: &str,
        architecture: Architecture,
        checkpoint: &Checkpoint<'_>,
        storage: Storage,
    ) -> Result<Self, ModelError> {
        let weights = checkpoint.to_safetensors()?;
        let sums = [(WEIGHTS, weights.as_slice()), (TOKENIZER, &self.tokenizer)];
        let from = &self.manifest;
        Ok(Self {
            manifest: Manifest {
                name: name.to_owned(),
                weights: storage,
                architecture,
                sha256: sums.map(|(n, b)| (n.to_owned(), sha256(b))).into(),
                source: format!("{} {} ({})", from.name, from.version, from.source),
                metrics: BTreeMap::new(),
                ..from.clone()
            },
            weights: Weights::Bytes(Cow::Owned(weights)),
            tokenizer: self.tokenizer.clone(),
            place: Place::Folder(PathBuf::from(name)),
        })
    }
}

/// A model as `models list` shows it.
#[derive(Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Place,
    /// What its manifest says.
    pub manifest: Result<Manifest, ModelError>,
    /// Whether it is the one in use.
    pub active: bool,
}

/// The models at hand.
#[derive(Debug, Clone)]
pub struct Library {
    folder: Option<PathBuf>,
}

impl Library {
    /// The library in `folder`, which need not be there; with none, the embedded model alone.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// The models folder.
    ///
    /// # Errors
    /// Where none is known.
    pub fn folder(&self) -> Result<&Path, ModelError> {
        self.folder.as_deref().ok_or_else(|| {
            ModelError::Request(
                "no folder for models is known\n  help: set HOME, or `model.folder` in the \
                 configuration"
                    .to_owned(),
            )
        })
    }

    /// Name of the model in use.
    ///
    /// # Errors
    /// Where the file that names it cannot be read.
    pub fn active(&self) -> Result<String, ModelError> {
        let Some(folder) = &self.folder else {
            return Ok(EMBEDDED.to_owned());
        };
        let path = folder.join(ACTIVE);
        let bytes = match read(&path, MOST_NAME) {
            Ok(bytes) => bytes,
            Err(ModelError::Read { source, .. }) if is_absent(&source) => {
                return Ok(EMBEDDED.to_owned());
            }
            Err(error) => return Err(error),
        };
        let name = String::from_utf8_lossy(&bytes).trim().to_owned();
        if is_name(&name) {
            return Ok(name);
        }
        Err(ModelError::Invalid {
            file: path.display().to_string(),
            reason: format!("names no model; `postwright models use {EMBEDDED}` mends it"),
        })
    }

    /// Makes `name` the model in use, once its files have been looked at.
    ///
    /// # Errors
    /// Where there is no such model, it is broken, or the folder cannot be written.
    pub fn set_active(&self, name: &str) -> Result<(), ModelError> {
        let model = self.open(name)?;
        model.checkpoint()?;
        model.tokenizer()?;
        let folder = self.folder()?;
        let path = folder.join(ACTIVE);
        let write = || -> io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut file = tempfile::Builder::new()
                .prefix(UNDER_WAY)
                .tempfile_in(folder)?;
            io::Write::write_all(&mut file, format!("{name}\n").as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(|source| ModelError::Write {
            path: path.clone(),
            source,
        })
    }

    /// Every model, the embedded one first.
    ///
    /// # Errors
    /// Where the folder is there and cannot be read.
    pub fn list(&self) -> Result<Vec<Listed>, ModelError> {
        // A list is what helps where that file is broken.
        let active = self.active().ok();
        let mut names = vec![EMBEDDED.to_owned()];
        names.extend(self.installed()?);
        names
            .into_iter()
            .map(|name| {
                let place = self.place(&name)?;
                Ok(Listed {
                    manifest: self.manifest(&name, &place),
                    active: Some(&name) == active.as_ref(),
                    place,
                    name,
                })
            })
            .collect()
    }

    /// Names of the models in the folder, sorted.
    fn installed(&self) -> Result<Vec<String>, ModelError> {
        let Some(folder) = &self.folder else {
            return Ok(Vec::new());
        };
        let read = |source| ModelError::Read {
            path: folder.clone(),
            source,
        };
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) if is_absent(&e) => return Ok(Vec::new()),
            Err(source) => return Err(read(source)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let path = entry.map_err(read)?.path();
            let name = path.file_name().and_then(|n| n.to_str()).map(str::to_owned);
            // Others are not ours: what a killed import left begins with a dot.
            names.extend(name.filter(|n| path.is_dir() && is_name(n) && n != EMBEDDED));
        }
        names.sort();
        Ok(names)
    }

    fn place(&self, name: &str) -> Result<Place, ModelError> {
        if name == EMBEDDED {
            return Ok(Place::Embedded);
        }
        Ok(Place::Folder(self.folder()?.join(name)))
    }

    fn manifest(&self, name: &str, place: &Place) -> Result<Manifest, ModelError> {
        let text = match place {
            Place::Embedded => Cow::Borrowed(embedded::MANIFEST),
            Place::Folder(folder) => {
                let bytes = read(&folder.join(MANIFEST), MOST_TEXT)?;
                Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
            }
        };
        let file = place.file(MANIFEST);
        let manifest = Manifest::parse(&text, &file)?;
        if manifest.name == name {
            return Ok(manifest);
        }
        Err(ModelError::Invalid {
            file,
            reason: format!("is of `{}`, its folder is `{name}`", manifest.name),
        })
    }

    /// What the model in use is, without a look at its other files; with `pruned`, the one of fewest
    /// layers that is otherwise built like it, and whether there is such a one.
    ///
    /// # Errors
    /// Where its manifest cannot be read, or is none.
    pub fn in_use(&self, pruned: bool) -> Result<(Manifest, bool), ModelError> {
        let name = self.active()?;
        let own = self.manifest(&name, &self.place(&name)?)?;
        let is_like = |other: &Manifest| {
            let layers = own.architecture.layers;
            let like = Architecture {
                layers,
                ..other.architecture
            };
            like == own.architecture && other.architecture.layers < layers
        };
        let others = if pruned { self.list()? } else { Vec::new() };
        let smaller = others.into_iter().filter_map(|m| m.manifest.ok());
        let smallest = smaller
            .filter(is_like)
            .min_by_key(|m| m.architecture.layers);
        let is_pruned = smallest.is_some();
        Ok((smallest.unwrap_or(own), is_pruned))
    }

    /// Reads a model's files and compares them with its manifest.
    ///
    /// # Errors
    /// Where there is no such model, or a file is missing, unreadable or not the one that the
    /// manifest names.
    pub fn open(&self, name: &str) -> Result<Model, ModelError> {
        let place = self.place(name)?;
        if let Place::Folder(folder) = &place
            && (!is_name(name) || !folder.is_dir())
        {
            let installed = self.installed()?;
            let known = std::iter::once(EMBEDDED).chain(installed.iter().map(String::as_str));
            return Err(ModelError::Unknown {
                name: name.to_owned(),
                remedy: mistake::nearest_or_all(name, known),
            });
        }
        let manifest = self.manifest(name, &place)?;
        let (weights, tokenizer, sum) = match &place {
            Place::Embedded => (
                Weights::Bytes(Cow::Borrowed(embedded::WEIGHTS)),
                Cow::Borrowed(embedded::TOKENIZER),
                sha256(embedded::WEIGHTS),
            ),
            Place::Folder(folder) => {
                let path = folder.join(WEIGHTS);
                let (weights, sum) = Weights::open(&path, &manifest.architecture, MANIFEST)?;
                let tokenizer = read(&folder.join(TOKENIZER), MOST_TEXT)?;
                (weights, Cow::Owned(tokenizer), sum)
            }
        };
        manifest.check(WEIGHTS, sum, &place.file(WEIGHTS))?;
        manifest.check(TOKENIZER, sha256(&tokenizer), &place.file(TOKENIZER))?;
        Ok(Model {
            manifest,
            weights,
            tokenizer,
            place,
        })
    }

    /// Copies a model's files into the folder; all of them or none.
    ///
    /// # Errors
    /// Where the name is taken or none, or the folder cannot be written.
    pub fn add(&self, model: &Model) -> Result<PathBuf, ModelError> {
        let name = &model.manifest.name;
        self.check_free(name)?;
        let models = self.folder()?;
        let target = models.join(name);
        let manifest = model.manifest.to_toml()?;
        let write = || -> io::Result<()> {
            fs::create_dir_all(models)?;
            let folder = tempfile::Builder::new()
                .prefix(UNDER_WAY)
                .tempdir_in(models)?;
            let mut file = fs::File::create_new(folder.path().join(WEIGHTS))?;
            model.weights.copy_to(&mut file)?;
            file.sync_all()?;
            for (name, bytes) in [
                (TOKENIZER, &*model.tokenizer),
                (MANIFEST, manifest.as_bytes()),
            ] {
                let mut file = fs::File::create_new(folder.path().join(name))?;
                io::Write::write_all(&mut file, bytes)?;
                file.sync_all()?;
            }
            fs::rename(folder.path(), &target)?;
            // It has moved; there is nothing left to remove.
            let _ = folder.keep();
            fs::File::open(models)?.sync_all()
        };
        self.remove_leftovers(models);
        if let Err(source) = write() {
            // Another program may have been faster.
            self.check_free(name)?;
            return Err(ModelError::Write {
                path: target,
                source,
            });
        }
        Ok(target)
    }

    /// Removes what imports that were killed have left; one under way is younger.
    fn remove_leftovers(&self, models: &Path) {
        let old = |path: &Path| {
            let age = fs::metadata(path).and_then(|m| m.modified()).ok();
            age.and_then(|t| t.elapsed().ok())
                .is_some_and(|age| age > LEFTOVER)
        };
        let remove = |path: &Path| {
            if path.is_dir() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            }
        };
        for entry in fs::read_dir(models).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().starts_with(UNDER_WAY)
                && old(&entry.path())
                && let Err(error) = remove(&entry.path())
            {
                tracing::warn!("{}: cannot remove: {error}", entry.path().display());
            }
        }
    }

    /// Whether a new model may have this name.
    ///
    /// # Errors
    /// Where it may not.
    pub fn check_free(&self, name: &str) -> Result<(), ModelError> {
        if !is_name(name) {
            return Err(ModelError::Request(format!(
                "`{name}` is no name for a model\n  help: use letters, digits, `-`, `_` and `.`, \
                 not at the start"
            )));
        }
        if name == EMBEDDED || self.folder()?.join(name).exists() {
            return Err(ModelError::Request(format!(
                "a model called `{name}` is there already\n  help: give another name with --as"
            )));
        }
        Ok(())
    }
}

/// Whether a folder of this name can hold a model.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty()
        && name.len() <= 100
        && name != ACTIVE
        && !name.starts_with(['.', '-'])
        && name.chars().all(allowed)
}

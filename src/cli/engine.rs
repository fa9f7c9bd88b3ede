//! The engine as the configuration wants it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::cache::{CacheSettings, DiskSettings, Parts, RemoteTier, TieredCache, Wall};
#[cfg(feature = "redis")]
use crate::cache::{LONGEST_TTL, RedisSettings, RedisTier};
use crate::config::{Config, Loaded, Paths, expand};
use crate::engine::{Encoders, Engine, EngineSettings, Fittings};
#[cfg(feature = "redis")]
use crate::resilience::BreakerWindow;
use crate::resilience::{Breaker, BreakerSettings, Clock, Faults, faults};

use super::config::{folder, model_settings, user_words};

/// What can be made to fail.
const POINTS: [&str; 4] = ["cuda", "cpu-model", "disk", "remote"];
/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;
/// How long a server keeps what a run of its own computed.
#[cfg(feature = "redis")]
const PASSING: Duration = Duration::from_secs(600);
/// Name of the cache's file.
const FILE: &str = "cache.redb";

/// Whether an engine shares what it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Storage {
    /// With later runs, and with other machines.
    Shared,
    /// With nobody but who knows this folder.
    Folder(PathBuf),
    /// With nobody.
    Memory,
}

/// The engine of the configuration.
///
/// # Errors
/// Where the configuration names what cannot be used.
pub(super) fn open(loaded: &Loaded, storage: &Storage) -> anyhow::Result<Engine> {
    let config = &loaded.config;
    let clock = Clock::system();
    let faults = wanted_faults()?;
    let breaker = |name| Breaker::new(name, BreakerSettings::default(), clock.clone());
    let disk = breaker("disk");
    let mut breakers = vec![disk.clone()];
    let remote = match storage {
        Storage::Shared | Storage::Folder(_) => {
            remote(config, storage, (&clock, &faults), &mut breakers)?
        }
        Storage::Memory => None,
    };
    let parts = Parts {
        breaker: disk,
        clock: clock.clone(),
        wall: Wall::system(),
        faults: faults.clone(),
        remote,
    };
    Ok(Engine::new(
        engine_settings(config),
        Fittings {
            encoders: Encoders::new(model_settings(loaded)?),
            user_words: user_words(loaded)?,
            dialect: config.analysis.dialect,
            cache: TieredCache::open(cache_settings(loaded, storage)?, parts)?,
            clock,
            faults,
            breakers,
        },
    ))
}

fn engine_settings(config: &Config) -> EngineSettings {
    EngineSettings {
        max_workers: config.max_workers,
        max_concurrent: config.max_concurrent,
        batch_size: config.batch_size,
        entanglement: config.enable_quantum_inspired && config.engine.entanglement,
        ..EngineSettings::default()
    }
}

/// The server that several machines share, where the configuration names one; its breaker joins
/// `breakers`.
#[cfg(feature = "redis")]
fn remote(
    config: &Config,
    storage: &Storage,
    (clock, faults): (&Clock, &Faults),
    breakers: &mut Vec<Breaker>,
) -> anyhow::Result<Option<Arc<dyn RemoteTier>>> {
    if config.cache.remote.is_empty() {
        return Ok(None);
    }
    // Few calls may wait before it opens: each is somebody's keystroke.
    let settings = BreakerSettings {
        window: BreakerWindow::Count(10),
        minimum_calls: 3,
        ..BreakerSettings::default()
    };
    let breaker = Breaker::new("remote", settings, clock.clone());
    breakers.push(breaker.clone());
    let shared = &config.cache.namespace;
    let (namespace, ttl) = match storage {
        // A run of its own finds nothing there, and leaves nothing for long.
        Storage::Folder(folder) => (
            format!(
                "{shared}-{}",
                folder.file_name().unwrap_or_default().display()
            ),
            PASSING,
        ),
        Storage::Shared | Storage::Memory => (shared.clone(), lifetime(config)),
    };
    let settings = RedisSettings {
        url: config.cache.remote.expose().to_owned(),
        namespace,
        timeout: Duration::from_millis(config.cache.remote_timeout_ms),
        ttl: ttl.min(LONGEST_TTL),
        ..RedisSettings::default()
    };
    Ok(Some(Arc::new(RedisTier::start(
        &settings, breaker, faults,
    )?)))
}

#[cfg(not(feature = "redis"))]
fn remote(
    config: &Config,
    _: &Storage,
    _: (&Clock, &Faults),
    _: &mut Vec<Breaker>,
) -> anyhow::Result<Option<Arc<dyn RemoteTier>>> {
    anyhow::ensure!(
        config.cache.remote.is_empty(),
        "`cache.remote` is set, but this program was built without the feature `redis`"
    );
    Ok(None)
}

fn lifetime(config: &Config) -> Duration {
    Duration::from_secs(config.cache.days.saturating_mul(DAY))
}

/// The folder of the cache; `None` where nothing is kept on disk.
fn place(loaded: &Loaded, storage: &Storage) -> anyhow::Result<Option<PathBuf>> {
    let config = &loaded.config.cache;
    Ok(match (storage, config.disk) {
        (Storage::Shared, true) if config.folder.is_empty() => {
            // Without a home nothing is kept on disk.
            Paths::new().ok().map(|p| p.cache)
        }
        (Storage::Shared, true) => {
            let base = folder(loaded).unwrap_or_default();
            Some(expand(&config.folder, &base)?)
        }
        (Storage::Folder(folder), true) => Some(folder.clone()),
        (Storage::Memory, _) | (_, false) => None,
    })
}

/// The file of the cache; `None` where nothing is kept on disk.
///
/// # Errors
/// Where the configuration names a folder that cannot be told.
pub(super) fn cache_file(loaded: &Loaded) -> anyhow::Result<Option<PathBuf>> {
    Ok(place(loaded, &Storage::Shared)?.map(|folder| folder.join(FILE)))
}

/// The socket on which the process that holds that file answers.
///
/// # Errors
/// As for [`cache_file`].
pub(super) fn socket(loaded: &Loaded) -> anyhow::Result<Option<PathBuf>> {
    let Some(file) = cache_file(loaded)? else {
        return Ok(None);
    };
    // One a file: several configurations may have files of their own.
    let name = blake3::hash(file.as_os_str().as_encoded_bytes()).to_hex();
    let name = format!("cache-{}.sock", &name[..16]);
    let runtime = Paths::new().ok().and_then(|p| p.runtime);
    let folder = runtime.or_else(|| file.parent().map(Path::to_owned));
    Ok(folder.map(|folder| folder.join(name)))
}

/// What the configuration says of the cache.
fn cache_settings(loaded: &Loaded, storage: &Storage) -> anyhow::Result<CacheSettings> {
    let config = &loaded.config.cache;
    let place = place(loaded, storage)?;
    Ok(CacheSettings {
        memory_bytes: config.memory_bytes,
        memory_entries: loaded.config.cache_size,
        disk: place.map(|folder| DiskSettings {
            capacity: config.disk_bytes,
            live_capacity: config.disk_bytes / 4,
            ..DiskSettings::new(folder.join(FILE))
        }),
        lifetime: lifetime(&loaded.config),
        ..CacheSettings::default()
    })
}

/// What is to fail, of which a developer says so in the environment.
fn wanted_faults() -> anyhow::Result<Faults> {
    let name = faults::VARIABLE;
    match std::env::var(name) {
        Ok(text) => Faults::parse(&text, &POINTS)
            .map_err(|error| anyhow::anyhow!("environment {name}: {error}")),
        Err(std::env::VarError::NotPresent) => Ok(Faults::none()),
        Err(error) => anyhow::bail!("environment {name}: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Origin, Override};
    use crate::model::{Backend, Precision};

    fn loaded(settings: &[(&str, &str)]) -> Loaded {
        let given = settings.iter().map(|(key, value)| Override {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            origin: Origin::Default,
        });
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, "").unwrap();
        Loaded::load(Some(&file), [], given.collect()).unwrap()
    }

    #[test]
    fn the_settings_of_the_outline_reach_the_engine() {
        let usual = engine_settings(&loaded(&[]).config);
        assert_eq!(usual, EngineSettings::default());
        let own = loaded(&[
            ("max_workers", "3"),
            ("max_concurrent", "7"),
            ("batch_size", "5"),
            ("cache_size", "11"),
            ("enable_quantum_inspired", "false"),
        ]);
        let settings = engine_settings(&own.config);
        let numbers = (
            settings.max_workers,
            settings.max_concurrent,
            settings.batch_size,
        );
        assert_eq!(numbers, (3, 7, 5));
        assert!(usual.entanglement && !settings.entanglement);
        let cache = cache_settings(&own, &Storage::Memory).unwrap();
        assert_eq!((cache.memory_entries, cache.disk), (11, None));
    }

    #[test]
    fn the_settings_of_the_outline_choose_the_model() {
        let of = |key| {
            loaded(&[(key, "false")])
                .config
                .model_settings(None)
                .unwrap()
        };
        assert_eq!(of("enable_gpu").backend, Backend::Cpu);
        assert_eq!(of("enable_ai_optimization").backend, Backend::Off);
        assert_eq!(of("enable_quantization").precision, Precision::F32);
        let pruned = loaded(&[("enable_pruning", "true")]);
        assert!(pruned.config.model_settings(None).unwrap().pruned);
        assert!(!of("enable_pruning").pruned);
    }

    #[test]
    fn a_cache_without_a_disk_has_no_file_and_no_socket() {
        let none = loaded(&[("cache.disk", "false")]);
        assert_eq!(cache_file(&none).unwrap(), None);
        assert_eq!(socket(&none).unwrap(), None);
        let own = loaded(&[("cache.folder", "/somewhere")]);
        let file = cache_file(&own).unwrap().unwrap();
        assert_eq!(file, Path::new("/somewhere/cache.redb"));
        assert!(socket(&own).unwrap().is_some());
    }
}

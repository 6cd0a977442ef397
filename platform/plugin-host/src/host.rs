//! The plugin host of a process: engine, threads, cache, and the loaded plugins.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use crate::admission::{Admission, Places};
use crate::compile::cache::{Bounds, Cache};
use crate::compile::child::{self, Compiler};
use crate::compile::{CompileError, CompiledComponent, ComponentDigest, Source};
use crate::engine::memory::MemoryBudget;
use crate::engine::ticker::Ticker;
use crate::engine::{self, Pool, Profile};
use crate::manifest::Manifest;
use crate::net::{HostOverrides, Net, Resolver, SystemResolver};
use crate::plugin::Plugin;
use crate::secrets::oauth2::TokenLocks;
use crate::v1::state::{CallState, Services};

/// What a host is made of.
#[derive(Clone)]
pub struct HostConfig {
    /// Folder of compiled components; private to the service's user.
    pub cache_dir: PathBuf,
    /// Key of the HMAC over cache entries. Whoever has it can run code in this process.
    pub cache_key: [u8; 32],
    /// How to start the compiling child.
    pub compiler: Compiler,
    /// Stand-ins for providers; empty in production.
    pub overrides: HostOverrides,
    /// Calls that can run at once.
    pub slots: u32,
    /// Places per tenant and plugin.
    pub places: Places,
    /// Bytes of linear memory for all calls together.
    pub memory_bytes: usize,
    /// Threads that run guests.
    pub threads: usize,
    /// How finely CPU time is checked.
    pub tick: Duration,
    /// Name resolution.
    pub resolver: Arc<dyn Resolver>,
    /// Further root certificates in DER, besides the system's.
    pub extra_roots: Vec<Vec<u8>>,
}

impl HostConfig {
    /// Production values for everything but the cache and the compiler.
    #[must_use]
    pub fn new(cache_dir: PathBuf, cache_key: [u8; 32], compiler: Compiler) -> Self {
        Self {
            cache_dir,
            cache_key,
            compiler,
            overrides: HostOverrides::default(),
            slots: 512,
            places: Places::default(),
            memory_bytes: 512 << 20,
            threads: 2,
            tick: Duration::from_millis(5),
            resolver: Arc::new(SystemResolver),
            extra_roots: Vec::new(),
        }
    }
}

/// Why a host does not start.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// wasmtime.
    #[error("the WebAssembly engine does not start: {0}")]
    Engine(String),
    /// Folder, threads.
    #[error("the plugin host does not start: {0}")]
    Io(#[from] std::io::Error),
    /// TLS.
    #[error("TLS does not start: {0}")]
    Tls(String),
}

/// Why a component cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is no machine code.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The machine code is not for this engine.
    #[error("the compiled component does not load: {0}")]
    Code(String),
    /// It imports what this host does not offer.
    #[error("the component imports what this host does not offer: {0}")]
    Imports(String),
}

/// The plugin host. Cheap to share as `Arc<PluginHost>`.
pub struct PluginHost {
    pub(crate) shared: Arc<Shared>,
    /// Guests' threads. Taken out on drop, since a runtime must not be dropped where tasks run.
    runtime: Option<Runtime>,
    loaded: Mutex<HashMap<(ComponentDigest, usize), Weak<Plugin>>>,
    cache: Arc<Cache>,
    compiler: Compiler,
    profile: Profile,
    pool: Pool,
    linker: Linker<CallState>,
}

/// What calls need of the host.
pub(crate) struct Shared {
    pub engine: Engine,
    pub ticker: Ticker,
    pub admission: Admission,
    pub memory: Arc<MemoryBudget>,
    pub services: Arc<Services>,
    /// Turns of calls that run for long: one fewer than threads.
    pub heavy_turns: Arc<Semaphore>,
    pub threads: tokio::runtime::Handle,
}

impl PluginHost {
    /// Starts engine, ticker and threads.
    ///
    /// # Errors
    /// If the machine does not give what is needed even in the most frugal arrangement.
    pub fn new(config: HostConfig) -> Result<Self, HostError> {
        let (engine, profile, pool) = engine::running(config.slots).map_err(|e| HostError::Engine(format!("{e:#}")))?;
        let linker = crate::v1::linker(&engine).map_err(|e| HostError::Engine(format!("{e:#}")))?;
        let cache = Cache::new(config.cache_dir, &config.cache_key, engine::compatibility(&engine, profile))?;
        let threads = config.threads.max(2);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("plugin")
            // Calls that just arrived come before the next turn of long ones.
            .global_queue_interval(1)
            .event_interval(31)
            .on_thread_start(|| {
                // Guests give way to requests. Not permitted in some containers, and then it stays as it is.
                let _ = rustix::process::nice(10);
            })
            .enable_all()
            .build()?;
        let net = Net::new(config.overrides, config.resolver, &config.extra_roots).map_err(HostError::Tls)?;
        let shared = Arc::new(Shared {
            ticker: Ticker::start(&engine, config.tick)?,
            engine,
            admission: Admission::new(config.places, pool.slots),
            memory: MemoryBudget::new(config.memory_bytes),
            services: Arc::new(Services { net, token_locks: TokenLocks::default() }),
            heavy_turns: Arc::new(Semaphore::new(threads - 1)),
            threads: runtime.handle().clone(),
        });
        Ok(Self {
            shared,
            runtime: Some(runtime),
            loaded: Mutex::new(HashMap::new()),
            cache: Arc::new(cache),
            compiler: config.compiler,
            profile,
            pool,
            linker,
        })
    }

    /// How the engine got its memory.
    #[must_use]
    pub fn pool(&self) -> Pool {
        self.pool
    }

    /// Bytes of linear memory in use by all running calls.
    #[must_use]
    pub fn memory_in_use(&self) -> usize {
        self.shared.memory.used()
    }

    /// Whether a tenant is down to one call at a time, because its calls kept using up their CPU time.
    #[must_use]
    pub fn is_restricted(&self, tenant: uuid::Uuid) -> bool {
        self.shared.admission.is_restricted(tenant, std::time::Instant::now())
    }

    /// Machine code of a component: verified out of the cache, or compiled in the child and kept.
    ///
    /// # Errors
    /// If the component is refused or compiling takes more than it may.
    pub async fn compile(&self, component: &[u8]) -> Result<CompiledComponent, CompileError> {
        let digest = ComponentDigest::of(component);
        let cache = Arc::clone(&self.cache);
        let found = tokio::task::spawn_blocking(move || cache.read(digest)).await.map_err(std::io::Error::other)?;
        if let Some(code) = found {
            return Ok(CompiledComponent { digest, code, source: Source::Cache });
        }
        let code = child::run(&self.compiler, self.profile, component).await?;
        let (cache, kept, loaded) = (Arc::clone(&self.cache), code.clone(), self.loaded());
        let keep = move || {
            let written = cache.write(digest, &kept);
            cache.evict(&loaded, Bounds::default(), SystemTime::now());
            written
        };
        if let Err(error) = tokio::task::spawn_blocking(keep).await.map_err(std::io::Error::other)? {
            tracing::warn!(%error, plugin.digest = %digest, "compiled component cannot be kept");
        }
        Ok(CompiledComponent { digest, code, source: Source::Child })
    }

    /// What this process can call at this moment.
    fn loaded(&self) -> HashSet<ComponentDigest> {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.iter().filter(|(_, plugin)| plugin.strong_count() > 0).map(|((digest, _), _)| *digest).collect()
    }

    /// Makes a component callable. Loading the same component with the same manifest again answers with the same plugin.
    ///
    /// # Errors
    /// If the code is not for this engine, or the component imports something unknown.
    pub fn load(&self, compiled: &CompiledComponent, manifest: &Arc<Manifest>) -> Result<Arc<Plugin>, LoadError> {
        let key = (compiled.digest, Arc::as_ptr(manifest).addr());
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plugin) = loaded.get(&key).and_then(Weak::upgrade) {
            return Ok(plugin);
        }
        loaded.retain(|_, plugin| plugin.strong_count() > 0);
        // The type admits only bytes that our own child wrote or that the HMAC covers.
        #[expect(unsafe_code, reason = "loading machine code is unsafe; its origin is the child process or a verified cache entry")]
        let component = unsafe { Component::deserialize(&self.shared.engine, &compiled.code) }.map_err(|e| LoadError::Code(format!("{e:#}")))?;
        let pre = self.linker.instantiate_pre(&component).map_err(|e| LoadError::Imports(format!("{e:#}")))?;
        let plugin = Arc::new(Plugin::new(compiled.digest, Arc::clone(manifest), pre, Arc::clone(&self.shared)));
        loaded.insert(key, Arc::downgrade(&plugin));
        Ok(plugin)
    }

    /// Compiles or finds, then loads.
    ///
    /// # Errors
    /// As [`Self::compile`] and [`Self::load`].
    pub async fn prepare(&self, component: &[u8], manifest: &Arc<Manifest>) -> Result<Arc<Plugin>, LoadError> {
        let compiled = self.compile(component).await?;
        self.load(&compiled, manifest)
    }
}

impl Drop for PluginHost {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

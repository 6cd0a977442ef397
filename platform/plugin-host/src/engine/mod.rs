//! The wasmtime engine: one per process, and how much of the address space it may reserve.
//!
//! Code compiled for one [`Profile`] does not load under another: the profile decides how bounds are checked, and it is part of the
//! compatibility text of every cache entry.

pub(crate) mod cpu;
pub(crate) mod memory;
pub(crate) mod ticker;

use std::hash::{Hash, Hasher};

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// Stack of guest code. Host functions run on what the fiber has beyond it.
const WASM_STACK: usize = 512 << 10;
const FIBER_STACK: usize = 1 << 20;
/// Largest memory any plan may allow; the pool's slots are this large in the narrow profile.
pub(crate) const MEMORY_CEILING: usize = 128 << 20;
/// Per component, seen with other languages' toolchains: QuickJS 13, Python 38.
const CORE_INSTANCES: u32 = 60;

/// How memory is reserved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// 4 GiB for each memory: no explicit bounds checks. Terabytes of addresses.
    Wide,
    /// 128 MiB for each memory: explicit checks, for small machines and address-space limits.
    Narrow,
}

impl Profile {
    pub fn word(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }

    pub fn read(word: &str) -> Option<Self> {
        match word {
            "wide" => Some(Self::Wide),
            "narrow" => Some(Self::Narrow),
            _ => None,
        }
    }
}

/// How the running engine got its memory; for the log and `doctor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Calls that can run at once.
    pub slots: u32,
    /// Whether memories are reserved in advance; otherwise each call maps its own, which is some ten times slower.
    pub pooled: bool,
    /// Whether the full 4 GiB are reserved for each memory.
    pub wide: bool,
}

fn base(profile: Profile) -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .consume_fuel(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(FIBER_STACK)
        .memory_init_cow(true)
        .concurrency_support(false)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        // Between the parts of a component that was put together of several, each with a memory of its own, stand adapters of the
        // engine's making, which reach both. No module of a plugin has more than one: that is refused before it is compiled.
        .wasm_multi_memory(true)
        .wasm_wide_arithmetic(false)
        .wasm_custom_page_sizes(false)
        .wasm_shared_everything_threads(false)
        .wasm_component_model(true);
    if profile == Profile::Narrow {
        config.memory_reservation(MEMORY_CEILING as u64).memory_reservation_for_growth(0).memory_may_move(false);
    }
    config
}

fn pool(slots: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots.saturating_mul(4).max(CORE_INSTANCES * 2))
        .total_memories(slots.saturating_add(slots / 2).max(8))
        .total_tables(slots.saturating_mul(4).max(64))
        .total_stacks(slots)
        .max_memory_size(MEMORY_CEILING)
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(4)
        .max_tables_per_component(32)
        .max_tables_per_module(4)
        .max_memories_per_module(1)
        .table_elements(20_000)
        .max_core_instance_size(1 << 20)
        .max_component_instance_size(1 << 20)
        .linear_memory_keep_resident(1 << 20)
        .table_keep_resident(64 << 10)
        .max_unused_warm_slots(64)
        .pagemap_scan(Enabled::Auto);
    pool
}

/// The engine of a running process. Tries the fastest arrangement first and falls back as far as the machine demands.
pub(crate) fn running(slots: u32) -> wasmtime::Result<(Engine, Profile, Pool)> {
    let fewer = (slots / 8).clamp(8, 64).min(slots);
    let mut refused = None;
    for (profile, slots) in [(Profile::Wide, slots), (Profile::Narrow, slots), (Profile::Narrow, fewer)] {
        let mut config = base(profile);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(slots)));
        match Engine::new(&config) {
            Ok(engine) => return Ok((engine, profile, Pool { slots, pooled: true, wide: profile == Profile::Wide })),
            Err(error) => refused = Some(error),
        }
    }
    if let Some(error) = refused {
        tracing::warn!(error = %error.root_cause(), "no memory pool for plugins, every call maps its own");
    }
    let engine = Engine::new(&base(Profile::Narrow))?;
    Ok((engine, Profile::Narrow, Pool { slots: fewer, pooled: false, wide: false }))
}

/// The engine of the compiling child: same code generation, nothing reserved, one thread.
pub(crate) fn compiling(profile: Profile) -> wasmtime::Result<Engine> {
    let mut config = base(profile);
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand).parallel_compilation(false);
    Engine::new(&config)
}

/// A text that differs whenever code compiled by one engine must not be loaded by another.
pub(crate) fn compatibility(engine: &Engine, profile: Profile) -> String {
    let mut hasher = std::hash::DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("wasmtime-{}-{}-{:016x}", WASMTIME, profile.word(), hasher.finish())
}

/// Part of the cache key besides the compatibility hash, which only wasmtime's own version strategy feeds.
const WASMTIME: &str = "48";

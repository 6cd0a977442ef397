//! Linear memory and tables: what one call may have, and what all calls together may have.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use wasmtime::ResourceLimiter;

use crate::limits::Limits;

/// Bytes of linear memory for the whole process.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    limit: usize,
    used: AtomicUsize,
}

impl MemoryBudget {
    pub fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, used: AtomicUsize::new(0) })
    }

    pub fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    fn take(&self, bytes: usize) -> bool {
        self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| used.checked_add(bytes).filter(|sum| *sum <= self.limit)).is_ok()
    }

    fn give_back(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// What was refused during a call. A guest may survive a refusal; if it breaks off afterwards, this is the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Memory,
    Process,
    Tables,
}

/// Limiter of one call. Returns its bytes to the process when dropped.
#[derive(Debug)]
pub(crate) struct Limiter {
    budget: Arc<MemoryBudget>,
    memory_bytes: usize,
    table_elements: usize,
    instances: usize,
    tables: usize,
    memories: usize,
    held: usize,
    /// Bytes held, for the report; memories never shrink, so this is also the peak.
    peak: Arc<AtomicUsize>,
    pub refused: Option<Refused>,
}

impl Limiter {
    pub fn new(limits: &Limits, budget: Arc<MemoryBudget>, peak: Arc<AtomicUsize>) -> Self {
        Self {
            budget,
            peak,
            memory_bytes: limits.memory_bytes,
            table_elements: limits.table_elements,
            instances: limits.instances,
            tables: limits.tables,
            memories: limits.memories,
            held: 0,
            refused: None,
        }
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if self.held.saturating_add(more) > self.memory_bytes {
            self.refused = Some(Refused::Memory);
            return Ok(false);
        }
        if !self.budget.take(more) {
            self.refused = Some(Refused::Process);
            return Ok(false);
        }
        self.held += more;
        self.peak.store(self.held, Ordering::Relaxed);
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let fits = desired <= self.table_elements;
        if !fits {
            self.refused = Some(Refused::Tables);
        }
        Ok(fits)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.tables
    }

    fn memories(&self) -> usize {
        self.memories
    }
}

impl Drop for Limiter {
    fn drop(&mut self) {
        self.budget.give_back(self.held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_share_the_process_budget_and_give_it_back() {
        let budget = MemoryBudget::new(40 << 20);
        let limits = Limits::default();
        let mut first = Limiter::new(&limits, Arc::clone(&budget), Arc::default());
        let mut second = Limiter::new(&limits, Arc::clone(&budget), Arc::default());
        assert!(first.memory_growing(0, 30 << 20, None).expect("no trap"));
        assert!(!second.memory_growing(0, 20 << 20, None).expect("no trap"));
        assert_eq!(second.refused, Some(Refused::Process));
        drop(first);
        assert!(second.memory_growing(0, 20 << 20, None).expect("no trap"));
        assert!(!second.memory_growing(20 << 20, 33 << 20, None).expect("no trap"));
        assert_eq!(second.refused, Some(Refused::Memory));
        drop(second);
        assert_eq!(budget.used(), 0);
    }
}

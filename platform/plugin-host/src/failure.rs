//! From the runtime's errors to typed failures.

use wasmtime::Trap;
use wasmtime::component::ResourceTableError;

use crate::call::{CallFailure, LimitKind, Scope, TrapKind};
use crate::engine::memory::Refused;
use crate::limits::Limits;
use crate::v1::state::HostCallsExhausted;

/// Says why a call ended. `refused` is what the limiter had to refuse during it.
pub(crate) fn classify(error: &wasmtime::Error, limits: &Limits, refused: Option<Refused>) -> CallFailure {
    let detail = || error.root_cause().to_string();
    if let Some(trap) = error.downcast_ref::<Trap>() {
        let kind = match trap {
            Trap::Interrupt => return CallFailure::CpuBudget(limits.cpu),
            Trap::StackOverflow => TrapKind::StackOverflow,
            Trap::UnreachableCodeReached => TrapKind::Unreachable,
            Trap::MemoryOutOfBounds | Trap::HeapMisaligned => TrapKind::MemoryOutOfBounds,
            Trap::IntegerOverflow | Trap::IntegerDivisionByZero | Trap::BadConversionToInteger => TrapKind::Arithmetic,
            Trap::TableOutOfBounds | Trap::IndirectCallToNull | Trap::BadSignature | Trap::NullReference => TrapKind::IndirectCall,
            Trap::InvalidChar | Trap::InvalidDiscriminant | Trap::StringOutOfBounds | Trap::ListOutOfBounds | Trap::UnalignedPointer => {
                TrapKind::MalformedResult
            }
            _ => TrapKind::Other,
        };
        // A guest that was refused memory mostly aborts: the refusal is the reason, the abort its form.
        return match (kind, refused) {
            (TrapKind::Unreachable | TrapKind::MemoryOutOfBounds, Some(refused)) => of_refusal(refused, limits),
            _ => CallFailure::Trap { kind, detail: detail() },
        };
    }
    if error.downcast_ref::<wasmtime::PoolConcurrencyLimitError>().is_some() {
        return CallFailure::Busy(Scope::Process);
    }
    if error.downcast_ref::<HostCallsExhausted>().is_some() {
        return CallFailure::Limit(LimitKind::HostCalls);
    }
    if matches!(error.downcast_ref::<ResourceTableError>(), Some(ResourceTableError::Full)) {
        return CallFailure::Limit(LimitKind::Handles);
    }
    // These two have no public type; the words are pinned by tests.
    let text = format!("{error:#}");
    if text.contains("fuel allocated for hostcalls") {
        return CallFailure::Limit(LimitKind::Transfer);
    }
    if text.contains("store handle limit exceeded") {
        return CallFailure::Limit(LimitKind::Handles);
    }
    if let Some(refused) = refused {
        return of_refusal(refused, limits);
    }
    CallFailure::Trap { kind: TrapKind::MalformedResult, detail: detail() }
}

/// Says why a component could not be instantiated.
pub(crate) fn classify_start(error: &wasmtime::Error, limits: &Limits, refused: Option<Refused>) -> CallFailure {
    if error.downcast_ref::<Trap>().is_some() || error.downcast_ref::<wasmtime::PoolConcurrencyLimitError>().is_some() || refused.is_some() {
        return classify(error, limits, refused);
    }
    let text = format!("{error:#}");
    if text.contains("limit") {
        return CallFailure::Limit(LimitKind::Tables);
    }
    CallFailure::WrongInterface(text)
}

fn of_refusal(refused: Refused, limits: &Limits) -> CallFailure {
    match refused {
        Refused::Memory => CallFailure::MemoryLimit(limits.memory_bytes),
        Refused::Process => CallFailure::HostMemory,
        Refused::Tables => CallFailure::Limit(LimitKind::Tables),
    }
}

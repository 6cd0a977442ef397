//! Puts into the log where and why a guest panicked. A trap alone names neither.

use crate::host::log;

/// Has every panic of this call written into the log as an error. [`crate::export!`] lets it run before the call's own code.
pub extern "C" fn report() {
    std::panic::set_hook(Box::new(|panic| log::write("error", &panic.to_string(), &[])));
}

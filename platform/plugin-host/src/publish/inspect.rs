//! What the bytes of a component tell without running or compiling it.
//!
//! Compiling time grows faster than function size, so function bodies and locals are capped; the values lie well above what the
//! toolchains for Rust, JavaScript and Python produce, and below what makes a compiler suffer.

use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

const COMPONENT: usize = 20 << 20;
const FUNCTION_BODY: usize = 512 << 10;
const LOCALS: u32 = 1_000;
const FUNCTIONS: u32 = 50_000;
/// Interfaces a component may import, without their versions.
const IMPORTS: &[&str] =
    &["wakala:host/", "wakala:payments/types@", "wakala:insurance/types@", "wakala:collections/types@", "wakala:messaging/ussd@"];

/// Facts about a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Bytes.
    pub size: usize,
    /// Imported interfaces with versions, as written.
    pub imports: Vec<String>,
    /// Exported interfaces with versions, as written.
    pub exports: Vec<String>,
    /// Functions in all core modules.
    pub functions: u32,
    /// Largest function body in bytes.
    pub largest_function: usize,
}

/// A broken rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// Too many bytes.
    #[error("the component has {size} bytes, more than the {limit} allowed")]
    Size {
        /// Bytes it has.
        size: usize,
        /// Bytes it may have.
        limit: usize,
    },
    /// Not a component, not valid, or with WebAssembly features that are switched off.
    #[error("not a valid component: {0}")]
    Invalid(String),
    /// A core module, which has to be encoded as a component first.
    #[error("this is a core module; build a component out of it (`wakala-plugin build` does)")]
    CoreModule,
    /// It imports what plugins do not get.
    #[error("import `{0}` is not offered to plugins")]
    Import(String),
    /// A function that would take too long to compile.
    #[error("function {index} has a body of {bytes} bytes and {locals} locals; allowed are {FUNCTION_BODY} bytes and {LOCALS} locals")]
    Function {
        /// Position among all functions.
        index: u32,
        /// Bytes of its body.
        bytes: usize,
        /// Number of its locals.
        locals: u32,
    },
    /// Too many functions.
    #[error("more than {0} functions")]
    Functions(u32),
}

/// WebAssembly that the engine accepts: what its configuration has on, and nothing else.
fn features() -> WasmFeatures {
    let mut features = WasmFeatures::WASM2;
    features |= WasmFeatures::COMPONENT_MODEL | WasmFeatures::TAIL_CALL | WasmFeatures::EXTENDED_CONST;
    features
}

/// Looks at the bytes.
///
/// # Errors
/// The first broken rule.
pub fn inspect(component: &[u8]) -> Result<Facts, InspectError> {
    if component.len() > COMPONENT {
        return Err(InspectError::Size { size: component.len(), limit: COMPONENT });
    }
    if Parser::is_core_wasm(component) {
        return Err(InspectError::CoreModule);
    }
    let invalid = |error: wasmparser::BinaryReaderError| InspectError::Invalid(error.to_string());
    // Sizes first: validating a huge function costs time too.
    let mut facts = Facts { size: component.len(), imports: Vec::new(), exports: Vec::new(), functions: 0, largest_function: 0 };
    let mut depth = 0u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(invalid)? {
            Payload::Version { encoding, .. } => {
                if depth == 0 && encoding != Encoding::Component {
                    return Err(InspectError::CoreModule);
                }
                depth += 1;
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    facts.imports.push(import.map_err(invalid)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    facts.exports.push(export.map_err(invalid)?.name.name.to_owned());
                }
            }
            Payload::CodeSectionEntry(body) => {
                let index = facts.functions;
                facts.functions += 1;
                let bytes = body.as_bytes().len();
                let mut locals = 0u32;
                for group in body.get_locals_reader().map_err(invalid)? {
                    locals = locals.saturating_add(group.map_err(invalid)?.0);
                }
                if bytes > FUNCTION_BODY || locals > LOCALS {
                    return Err(InspectError::Function { index, bytes, locals });
                }
                facts.largest_function = facts.largest_function.max(bytes);
            }
            _ => {}
        }
        if facts.functions > FUNCTIONS {
            return Err(InspectError::Functions(FUNCTIONS));
        }
    }
    if let Some(stranger) = facts.imports.iter().find(|name| !IMPORTS.iter().any(|allowed| name.starts_with(allowed))) {
        return Err(InspectError::Import(stranger.clone()));
    }
    Validator::new_with_features(features()).validate_all(component).map_err(invalid)?;
    Ok(facts)
}

//! Looking at WebAssembly: making a component of a module, and what one asks for and offers.

use anyhow::Context;
use serde::{Serialize, Serializer};
use sha2::Digest as _;
use wasmparser::{ComponentExternalKind, Parser, Payload};
use wit_component::ComponentEncoder;

/// SHA-256, written in lower-case hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl Digest {
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The names at the edge of a component, as written: `wakala:host/http@1.0.0`.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Interfaces {
    pub imports: Vec<String>,
    pub exports: Vec<String>,
}

/// A component from a module that carries its interface description. Debug names are dropped.
///
/// # Errors
/// The module imports or exports what its description does not have.
pub fn encode(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true).module(module).context("the module has no usable interface description")?;
    encoder.encode()
}

/// What the component imports and exports.
///
/// # Errors
/// The bytes are no component.
pub fn interfaces(component: &[u8]) -> anyhow::Result<Interfaces> {
    let mut found = Interfaces::default();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(component) {
        match payload.context("not a WebAssembly component")? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    found.imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export?;
                    if export.kind == ComponentExternalKind::Instance {
                        found.exports.push(export.name.name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    found.imports.sort();
    found.exports.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_without_an_interface_description_is_no_plugin() {
        // An empty core module.
        let module = b"\0asm\x01\0\0\0";
        let interfaces_of = |bytes: &[u8]| encode(bytes).and_then(|component| interfaces(&component));
        assert_eq!(interfaces_of(module).map(|found| found.exports.len()).ok(), Some(0));
        assert!(encode(b"not wasm").is_err());
        assert!(interfaces(b"not wasm").is_err());
    }

    #[test]
    fn a_digest_is_written_in_hexadecimal() {
        // SHA-256 of the empty text, FIPS 180-4.
        assert_eq!(Digest::of(b"").to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }
}

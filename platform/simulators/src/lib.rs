//! Strict stand-ins for what lies outside the platform.
//!
//! Owns: [`clamd`] (virus scanner), [`daraja`] (M-Pesa Daraja), [`mail`] (SMTP catcher), [`objects`] (S3 on a folder), [`paystack`], [`realpay`],
//! [`scripted`] (any provider, out of a plugin's package).
//! Always holds: each simulator binds to 127.0.0.1 only, never dials anything but the loopback
//! addresses it was given, refuses what the provider refuses, and answers no more tidily than the
//! provider answers. Used by `wakala dev`, by tests, when a plugin is certified and when one of its calls is played again; never in a
//! provider's place where something counts.

pub mod clamd;
pub mod daraja;
pub mod mail;
pub mod objects;
pub mod paystack;
pub mod realpay;
pub mod scripted;
mod serving;

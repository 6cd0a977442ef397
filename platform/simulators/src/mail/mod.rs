//! mail placeholder

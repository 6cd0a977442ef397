//! Where rows that a pack brought come from.

/// The pack, the place in it, and a hash of what stood there, so that an upgrade can tell the brokerage's changes from the pack's.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub pack: String,
    pub key: String,
    pub hash: String,
}

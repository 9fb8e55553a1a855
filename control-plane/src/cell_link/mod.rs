//! The control plane's side of the cell link.

//! What keeps running for a tenant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::role::{UnknownWord, word_enum};

word_enum! {
    /// A tenant's standing: the steps between "all works" and "stopped".
    Standing {
        /// Everything works.
        Active = "active",
        /// What keeps a home running runs; nothing new is kept or changed.
        ReadOnly = "read_only",
        /// Connections are refused with the reason; data is kept.
        Suspended = "suspended",
    }
}

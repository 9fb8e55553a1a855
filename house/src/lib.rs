//! The brain of one house: `controller/config`, `controller/hub` and
//! `controller/db` of the eGeoffrey bus, protocols v1 and v2 at once, as one
//! function from inputs to effects.
//!
//! This crate must never learn of tokio, sockets, files, SQL or the clock: the
//! moment is an argument of [`House::step`], the store and the bus are
//! [`Effect`]s that a shell performs and answers.
//!
//! | module | subject |
//! |---|---|
//! | [`input`] | what can happen to a house, and what it wants done |
//! | [`store`] | the port to the house's store: operations and answers |
//! | [`reference_store`] | what a store must do, in its simplest form |
//! | [`terms`] | what standing, day and plan leave a house |
//! | [`identity`] | what the portal says a house is called and where it is |
//! | `brain` | [`House`]: its state, its birth, one step |
//! | [`statistics`] | what values come to in an hour or day, on any clock |
//! | `retention` | what is too old goes, bit by bit |
//! | `turns` | answers leave in the order in which the questions came |
//! | `dispatch` | from a topic to the command that handles it |
//! | `keeping` | values that stay live and are not kept, changes that are refused |
//! | `live` | the newest of such values |
//! | `room` | how full the house's file is |
//! | `sleep` | what a house is given, and remembers while it sleeps |
//! | `presence` | modules that start and stop |
//! | `wire` | how messages of the controller are built |
//! | `config` | configuration files: `SAVE`, `DELETE`, `SUBSCRIBE`, `CONF` |
//! | `hub` | measurements: `IN`, `SET`, `POLL`, sensors nobody configured |
//! | `db` | history: `SAVE`, `SAVED`, `GET…`, statistics, upkeep |
//!
//! ## Order
//! Every input opens a *turn*. A turn may wait for one answer of the store;
//! what it publishes, and the acknowledgement of the message that caused it,
//! leave only after the store's answer and after all earlier turns.
//!
//! ```
//! use house::{Effect, Given, House, Identity, Memory, Snapshot, Terms};
//! use model::{Plan, Timestamp};
//!
//! let given = Given {
//!     house: "villa-7k3q9x".parse()?,
//!     identity: Identity { name: "Villa".into(), timezone: "Europe/Berlin".parse()? },
//!     terms: Terms::of(&Plan::Free.quotas()),
//! };
//! let mut effects = Vec::new();
//! House::wake(Timestamp(0), given, Snapshot::default(), Memory::default(), &mut effects);
//! // A house without files writes its first ones before it says a word.
//! assert!(matches!(effects.as_slice(), [Effect::Store(..)]));
//! # Ok::<(), model::name::BadName>(())
//! ```

mod brain;
mod config;
mod db;
mod dispatch;
mod hub;
pub mod identity;
pub mod input;
mod keeping;
mod live;
mod presence;
pub mod reference_store;
mod retention;
mod room;
mod sleep;
pub mod statistics;
pub mod store;
pub mod terms;
mod turns;
mod wire;

#[cfg(test)]
mod tests;

pub use brain::{House, subscriptions};
pub use identity::Identity;
pub use input::{DeliveryRef, Effect, Input, Publication, Refused, Ticket};
pub use retention::until_slot;
pub use sleep::{Given, Memory, Possessions};
pub use store::{Snapshot, StoreAnswer, StoreOp};
pub use terms::{Pause, Terms};

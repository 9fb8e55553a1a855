//! The in-process adapter of `ask`: the control plane is built before the
//! gateway that answers, so the line is plugged in later.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;

use crate::ask::{Ask, AskError, AskReply, Asker};

/// An [`Asker`] that forwards to the one plugged in, and says "unreachable"
/// before that.
#[derive(Clone, Default)]
pub struct Switchboard {
    line: Arc<OnceLock<Arc<dyn Asker>>>,
}

impl Switchboard {
    /// Plugs in the cell. Only the first one counts.
    pub fn plug_in(&self, asker: Arc<dyn Asker>) {
        let _first_wins = self.line.set(asker);
    }
}

#[async_trait]
impl Asker for Switchboard {
    async fn ask(&self, ask: Ask) -> Result<AskReply, AskError> {
        match self.line.get() {
            Some(line) => line.ask(ask).await,
            None => Err(AskError::Unreachable { last_seen: None }),
        }
    }
}

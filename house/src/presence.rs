//! Modules that start and stop.

use std::collections::BTreeSet;

use crate::brain::House;
use crate::turns::Draft;
use crate::wire::Message;

impl House {
    /// `STATUS/1` comes after a module's own subscription, so whatever it asked
    /// for before that is said again, each file once. After `STATUS/0` nothing is remembered.
    pub(crate) fn presence(&mut self, message: &Message<'_>, draft: &mut Draft) {
        let (version, module) = (message.topic.version, message.topic.from);
        match message.topic.args {
            "1" => {
                let mut said = BTreeSet::new();
                for asked in self.subscribers.asked(version, module) {
                    self.answer_subscription((version, module), &asked, None, &mut said, draft);
                }
            }
            "0" => self.subscribers.forget(version, module),
            _ => {}
        }
    }
}

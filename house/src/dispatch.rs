//! From a topic to the command that handles it.

use bus::Recipient;
use model::Timestamp;
use serde_json::json;

use crate::brain::House;
use crate::statistics::Grain;
use crate::store::Scope;
use crate::turns::Draft;
use crate::wire::{CONFIG, CONTROLLERS, DB, HUB, Message};

impl House {
    /// Handles one message. What nobody here understands is let go, as the
    /// protocol has no way to say so.
    pub(crate) fn dispatch(&mut self, now: Timestamp, message: &Message<'_>, draft: &mut Draft) {
        let Recipient::Module(to) = message.topic.to else {
            if message.topic.command == "STATUS" {
                self.presence(message, draft);
            }
            return;
        };
        // What a controller module says to another is our own word coming back.
        if !CONTROLLERS.contains(&to) || CONTROLLERS.contains(&message.topic.from) {
            return;
        }
        match (to, message.topic.command) {
            (_, "PING") => {
                draft.say.push(message.reply_to("PONG").with(json!({})));
            }
            (CONFIG, "SAVE") => self.save_file(now, message, draft),
            (CONFIG, "DELETE") => self.delete_file(now, message, draft),
            (CONFIG, "SUBSCRIBE") => self.subscribe(message, draft),
            (HUB, "IN") => self.measured(now, message, draft),
            (HUB, "SET") => self.set(now, message, draft),
            (HUB, "POLL") => self.poll(message, draft),
            (HUB, "GET_UNKNOWN") => self.unknown_sensors(message, draft),
            (DB, "SAVE") => self.save_value(now, message, draft),
            (DB, "SAVE_ALERT" | "SAVE_LOG") => self.save_text(now, message, draft),
            (DB, "DELETE_SENSOR") => self.delete_sensor(now, message, draft),
            (DB, "CALC_HOUR_STATS") => self.report(now, Grain::Hour, message, draft),
            (DB, "CALC_DAY_STATS") => self.report(now, Grain::Day, message, draft),
            (DB, "RENAME_SENSOR") => self.rename_sensor(now, message, draft),
            (DB, "PURGE_SENSOR") => self.purge_sensor(now, message, draft),
            (DB, "PURGE_ALERTS") => self.purge_texts(now, Scope::Alerts, message, draft),
            (DB, "PURGE_LOGS") => self.purge_texts(now, Scope::Logs, message, draft),
            (DB, "STATS") => self.stats(message, draft),
            (DB, "GET" | "GET_TIMESTAMP" | "GET_ELAPSED" | "GET_COUNT") => {
                self.question(now, message, draft);
            }
            (DB, "GET_HISTORY") => Self::overview(message, draft),
            _ => {}
        }
    }
}

//! The payload of every message: `{"request_id": <number>, "data": <any JSON>}`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A payload taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// Chosen by the requester and echoed, as the same JSON number, in replies.
    pub request_id: serde_json::Number,
    /// What the command carries.
    #[serde(default = "empty")]
    pub data: Value,
}

fn empty() -> Value {
    Value::Object(Map::new())
}

/// A payload that is neither an envelope nor empty.
#[derive(Debug, thiserror::Error)]
#[error("the payload must be empty or JSON of the form {{\"request_id\": 1, \"data\": …}}")]
pub struct BadEnvelope(#[source] serde_json::Error);

impl Envelope {
    /// An envelope with a request id of one's own choice.
    #[must_use]
    pub fn new(request_id: u32, data: Value) -> Self {
        Self {
            request_id: request_id.into(),
            data,
        }
    }

    /// Reads a payload. `None` for a null message: no bytes at all, or one zero
    /// byte, as browsers send it.
    pub fn parse(payload: &[u8]) -> Result<Option<Self>, BadEnvelope> {
        match payload {
            [] | [0] => Ok(None),
            bytes => serde_json::from_slice(bytes).map(Some).map_err(BadEnvelope),
        }
    }

    /// The payload's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // A map with string keys always becomes JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_request_id_is_echoed_as_the_same_number() {
        for id in ["1", "3176511357", "99999", "1.5"] {
            let text = format!("{{\"data\":{{}},\"request_id\":{id}}}");
            let envelope = Envelope::parse(text.as_bytes()).unwrap().unwrap();
            assert_eq!(envelope.request_id.to_string(), id);
        }
    }

    #[test]
    fn null_messages_and_missing_data() {
        assert_eq!(Envelope::parse(b"").unwrap(), None);
        assert_eq!(Envelope::parse(&[0]).unwrap(), None);
        assert_eq!(
            Envelope::parse(b"{\"request_id\":7}").unwrap().unwrap(),
            Envelope::new(7, json!({}))
        );
        assert!(Envelope::parse(b"21.5").is_err());
    }

    #[test]
    fn numbers_keep_their_point() {
        let bytes = Envelope::new(1, json!(35.0)).to_bytes();
        assert!(String::from_utf8(bytes).unwrap().contains("35.0"));
    }
}

//! The hash chain: what a row's hash is made of, and what is wrong with rows
//! that do not fit. Pure.

use std::fmt;
use std::sync::Arc;

use model::Timestamp;
use sha2::{Digest, Sha256};

use super::{AuditRecord, Chain, ChainHead, ChainState};

/// A SHA-256.
pub type Hash = [u8; 32];

/// What stands before the first row of a chain.
pub const NOTHING: Hash = [0; 32];

/// Told to the hash first, so that a row can never be taken for something else
/// that is hashed or signed.
const TAG: &[u8] = b"egeoffrey-cloud audit row 1\n";

/// The hash of a row that follows one whose hash is `previous`: SHA-256 of the
/// previous hash and the row's canonical bytes. Those are the chain, then
/// sequence number and moment as 8 bytes each, then actor, client, action,
/// subject and detail, each behind its length in 4 bytes; all numbers with
/// their highest byte first.
#[must_use]
pub fn hash(chain: Chain, previous: &Hash, record: &AuditRecord) -> Hash {
    let mut sha = Sha256::new();
    sha.update(previous);
    sha.update(TAG);
    sha.update(chain.as_uuid().as_bytes());
    sha.update(record.seq.to_be_bytes());
    sha.update(record.at.0.to_be_bytes());
    for text in [
        &record.actor,
        &record.client,
        &record.action,
        &record.subject,
        &record.detail,
    ] {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        sha.update(length.to_be_bytes());
        sha.update(text.as_bytes());
    }
    sha.finalize().into()
}

/// A head of the chain that was written down elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Where the chain ended.
    pub head: ChainHead,
    /// When that was.
    pub at: Timestamp,
    /// What says so, for people: a file's name.
    pub source: Arc<str>,
}

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// Rows are not there.
    Missing {
        /// The first of them.
        from: i64,
        /// The last of them.
        to: i64,
    },
    /// A row is not what it was, or not where it was.
    Altered {
        /// Which.
        seq: i64,
    },
    /// Rows are there behind the end that was noted.
    BehindTheEnd {
        /// The first of them.
        seq: i64,
    },
    /// The note of the chain's end has another hash than its last row.
    WrongEnd {
        /// The last row.
        seq: i64,
    },
    /// A witness knows a row that is not there any more.
    Cut {
        /// The row the witness knows.
        known: i64,
        /// Where the chain ends.
        ends: i64,
        /// The witness.
        source: Arc<str>,
    },
    /// A witness knows a row with another hash: the chain was rewritten.
    Rewritten {
        /// Which row.
        seq: i64,
        /// The witness.
        source: Arc<str>,
    },
    /// Rows were removed at the beginning before their time.
    RemovedEarly {
        /// The last row that was removed.
        seq: i64,
        /// The witness that is younger than the time rows are kept.
        source: Arc<str>,
    },
}

impl fmt::Display for ChainFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { from, to } if from == to => write!(f, "row {from} is missing"),
            Self::Missing { from, to } => write!(f, "rows {from} to {to} are missing"),
            Self::Altered { seq } => {
                write!(f, "row {seq} was altered or put in another row's place")
            }
            Self::BehindTheEnd { seq } => {
                write!(f, "row {seq} stands behind the end that was noted")
            }
            Self::WrongEnd { seq } => {
                write!(f, "the noted end does not fit the last row, {seq}")
            }
            Self::Cut {
                known,
                ends,
                source,
            } => write!(
                f,
                "{source} knows row {known}, but the chain ends with row {ends}: its tail was cut"
            ),
            Self::Rewritten { seq, source } => write!(
                f,
                "row {seq} is not the one {source} knows: the chain was rewritten"
            ),
            Self::RemovedEarly { seq, source } => write!(
                f,
                "rows up to {seq} were removed before their time: {source} is younger"
            ),
        }
    }
}

/// Walks along a chain, row by row from its beginning.
#[derive(Debug)]
pub struct Verifier {
    chain: Chain,
    state: ChainState,
    last: ChainHead,
    witnesses: Vec<Witness>,
    faults: Vec<ChainFault>,
}

impl Verifier {
    /// Begins behind what `state` says was removed. Witnesses older than
    /// `kept_since` may know rows whose time is over.
    #[must_use]
    pub fn new(
        chain: Chain,
        state: ChainState,
        witnesses: Vec<Witness>,
        kept_since: Timestamp,
    ) -> Self {
        let base = state.base;
        let mut faults = Vec::new();
        for witness in &witnesses {
            let known = &witness.head;
            if known.seq == base.seq && known.hash != base.hash {
                faults.push(ChainFault::Rewritten {
                    seq: known.seq,
                    source: witness.source.clone(),
                });
            } else if known.seq < base.seq && witness.at >= kept_since {
                faults.push(ChainFault::RemovedEarly {
                    seq: base.seq,
                    source: witness.source.clone(),
                });
            }
        }
        Self {
            chain,
            last: base,
            state,
            witnesses,
            faults,
        }
    }

    /// The next row.
    pub fn feed(&mut self, record: &AuditRecord) {
        let expected = self.last.seq.saturating_add(1);
        if record.seq > expected {
            self.faults.push(ChainFault::Missing {
                from: expected,
                to: record.seq.saturating_sub(1),
            });
        } else if hash(self.chain, &self.last.hash, record) != record.hash {
            self.faults.push(ChainFault::Altered { seq: record.seq });
        }
        if record.seq == self.state.head.seq.saturating_add(1) {
            self.faults
                .push(ChainFault::BehindTheEnd { seq: record.seq });
        }
        for witness in &self.witnesses {
            if witness.head.seq == record.seq && witness.head.hash != record.hash {
                self.faults.push(ChainFault::Rewritten {
                    seq: record.seq,
                    source: witness.source.clone(),
                });
            }
        }
        // What follows is judged by the hash that stands there, so that one
        // altered row is one fault.
        self.last = ChainHead {
            seq: record.seq,
            hash: record.hash,
        };
    }

    /// All that is wrong, after the last row.
    #[must_use]
    pub fn finish(mut self) -> Vec<ChainFault> {
        let (noted, last) = (self.state.head, self.last);
        if noted.seq > last.seq {
            self.faults.push(ChainFault::Missing {
                from: last.seq.saturating_add(1),
                to: noted.seq,
            });
        } else if noted.seq == last.seq && noted.hash != last.hash {
            self.faults.push(ChainFault::WrongEnd { seq: last.seq });
        }
        for witness in self.witnesses {
            if witness.head.seq > last.seq {
                self.faults.push(ChainFault::Cut {
                    known: witness.head.seq,
                    ends: last.seq,
                    source: witness.source,
                });
            }
        }
        self.faults
    }
}

#[cfg(test)]
mod tests;

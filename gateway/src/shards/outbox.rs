//! What waits to be written to one client.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use tokio::sync::Notify;

/// Pieces up to this size are copied together into one write; larger ones are
/// written as they are.
const COPIED: usize = 16 * 1_024;

/// What a piece did to the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It waits.
    Waiting,
    /// It waits, and more waits now than the high-water mark.
    Congested,
    /// It does not fit any more; the client is to be cut off.
    Overflow,
}

/// A queue of bytes between the router and the writer of one connection; both
/// live on the same thread.
pub(super) struct Outbox {
    pieces: RefCell<VecDeque<Bytes>>,
    /// Bytes in `pieces` and in the write under way.
    waiting: Cell<usize>,
    high_water: usize,
    limit: usize,
    congested: Cell<bool>,
    closing: Cell<bool>,
    changed: Notify,
    is_cut: Cell<bool>,
    cutting: Notify,
}

impl Outbox {
    pub(super) fn new(high_water: usize, limit: usize) -> Self {
        Self {
            pieces: RefCell::default(),
            waiting: Cell::new(0),
            high_water,
            limit,
            congested: Cell::new(false),
            closing: Cell::new(false),
            changed: Notify::new(),
            is_cut: Cell::new(false),
            cutting: Notify::new(),
        }
    }

    /// Puts bytes in line, unless it is closed.
    pub(super) fn push(&self, piece: Bytes) -> Pushed {
        if self.closing.get() {
            return Pushed::Waiting;
        }
        let waiting = self.waiting.get() + piece.len();
        if waiting > self.limit {
            return Pushed::Overflow;
        }
        self.waiting.set(waiting);
        self.pieces.borrow_mut().push_back(piece);
        self.changed.notify_one();
        if waiting > self.high_water && !self.congested.replace(true) {
            Pushed::Congested
        } else {
            Pushed::Waiting
        }
    }

    /// Nothing more comes; what waits is still written.
    pub(super) fn close(&self) {
        self.closing.set(true);
        self.changed.notify_one();
    }

    /// Nothing more comes, and nothing more is written.
    pub(super) fn cut(&self) {
        self.pieces.borrow_mut().clear();
        self.close();
        self.is_cut.set(true);
        self.cutting.notify_one();
    }

    /// Cuts off a client that may not have what waits for it any more. One for
    /// which nothing waits may still be told why it is closed.
    pub(super) fn withdraw(&self) {
        if self.waiting.get() > 0 {
            self.cut();
        }
    }

    /// Waits for [`Outbox::cut`].
    pub(super) async fn cut_off(&self) {
        while !self.is_cut.get() {
            self.cutting.notified().await;
        }
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.get()
    }

    /// Waits for bytes and takes what is worth one write; `None` when it is
    /// closed and empty.
    pub(super) async fn next(&self) -> Option<Bytes> {
        loop {
            let changed = self.changed.notified();
            if let Some(bytes) = self.take() {
                return Some(bytes);
            }
            if self.is_closing() {
                return None;
            }
            changed.await;
        }
    }

    fn take(&self) -> Option<Bytes> {
        let mut pieces = self.pieces.borrow_mut();
        let first = pieces.pop_front()?;
        let fits = |size: usize, next: Option<&Bytes>| {
            next.is_some_and(|next| size + next.len() <= COPIED)
        };
        if !fits(first.len(), pieces.front()) {
            return Some(first);
        }
        let mut together = BytesMut::from(&first[..]);
        while fits(together.len(), pieces.front())
            && let Some(next) = pieces.pop_front()
        {
            together.extend_from_slice(&next);
        }
        Some(together.freeze())
    }

    /// Bytes of the last [`Outbox::next`] are written; whether the line has
    /// become short again.
    pub(super) fn written(&self, bytes: usize) -> bool {
        let waiting = self.waiting.get().saturating_sub(bytes);
        self.waiting.set(waiting);
        waiting <= self.high_water / 2 && self.congested.replace(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(size: usize) -> Bytes {
        Bytes::from(vec![7; size])
    }

    #[tokio::test]
    async fn small_pieces_are_written_together_and_large_ones_alone() {
        let outbox = Outbox::new(1 << 20, 1 << 21);
        for size in [10, 20, 100_000, 30, 40] {
            outbox.push(piece(size));
        }
        outbox.close();
        let mut writes = Vec::new();
        while let Some(bytes) = outbox.next().await {
            outbox.written(bytes.len());
            writes.push(bytes.len());
        }
        assert_eq!(writes, [30, 100_000, 70]);
        assert_eq!(outbox.waiting.get(), 0);
    }

    #[tokio::test]
    async fn congestion_is_said_once_and_taken_back_once() {
        let outbox = Outbox::new(100, 1_000);
        assert_eq!(outbox.push(piece(100)), Pushed::Waiting);
        assert_eq!(outbox.push(piece(100)), Pushed::Congested);
        assert_eq!(outbox.push(piece(100)), Pushed::Waiting);
        assert_eq!(outbox.push(piece(701)), Pushed::Overflow);
        let bytes = outbox.next().await.unwrap();
        assert_eq!(bytes.len(), 300);
        assert!(!outbox.written(200));
        assert!(outbox.written(100));
        assert!(!outbox.written(0));
    }

    #[tokio::test]
    async fn what_is_cut_off_gets_nothing_more() {
        let outbox = Outbox::new(100, 1_000);
        outbox.push(piece(10));
        outbox.cut();
        assert_eq!(outbox.next().await, None);
    }

    #[tokio::test]
    async fn what_waits_is_withdrawn_but_a_last_word_is_not() {
        let idle = Outbox::new(100, 1_000);
        idle.withdraw();
        idle.push(piece(3));
        idle.close();
        assert_eq!(idle.next().await, Some(piece(3)));
        assert_eq!(idle.next().await, None);
        let busy = Outbox::new(100, 1_000);
        for size in [10, 20] {
            busy.push(piece(size));
        }
        busy.withdraw();
        busy.push(piece(3));
        busy.close();
        busy.cut_off().await;
        assert_eq!(busy.next().await, None);
    }
}

//! The gateway's core: MQTT and the life of one house's bus, without I/O,
//! tasks or clocks.
//!
//! A [`Router`] is one house: its connections, subscriptions, retained
//! messages, wills, the link of its tenant runtime and the open questions of
//! the control plane. It can name no other house. A shell feeds it events, each
//! with the current time, and carries out the [`Action`]s it leaves behind.
//!
//! # How a shell uses it
//!
//! 1. Read bytes and cut them with [`codec::frame`], which checks the declared
//!    size before anything more is buffered. The first frame is a CONNECT:
//!    [`codec::decode_connect`]; until it is admitted, frames behind it wait in
//!    the read buffer. A CONNECT that admission refuses is answered with
//!    [`codec::refuse_connect`].
//! 2. [`Router::connect`] with the [`Identity`] that admission found, then
//!    [`Router::receive`] with every further whole frame (the router knows the
//!    connection's protocol version). [`Frame::TooLarge`](codec::Frame) goes to
//!    [`Router::oversized`], [`Frame::Malformed`](codec::Frame) to
//!    [`Router::malformed`]; [`Router::packet_limit`] is the size to check
//!    against. The end of the socket goes to [`Router::lost`], also after a
//!    [`Action::Close`] (it is then ignored).
//! 3. After **every** call, carry out [`Router::drain_actions`] in order.
//!    `Send`s to one connection must be written in order; coalesce them.
//! 4. Call [`Router::tick`] when the time of [`Router::next_wake`] has come
//!    (keep-alive, token expiry, deadlines of questions, held messages,
//!    silences). Look at it again after every call.
//! 5. When more than a bounded number of bytes waits to be written to a socket,
//!    say so with [`Router::congested`], and again when it has drained: QoS 0
//!    is then dropped for that connection and QoS 1 and 2 wait in the core.
//! 6. Write [`Action::Persist`] to disk in the order given, then call
//!    [`Router::durable`] (or [`Router::not_durable`]) with its ticket.
//! 7. On each new document of the feed call [`Router::revise`], which asks for
//!    every live connection whether its credential still stands.
//!
//! # The runtime's link
//!
//! [`Router::link_open`] names a session; an earlier one ends, and what it has
//! not acknowledged is delivered again, in order. Commands go in through
//! [`Router::link_command`]. Deliveries are pulled: upon
//! [`Action::DeliveriesReady`], and whenever its channel has room again, the
//! shell calls [`Router::link_next`] until it returns `None`. What is not
//! pulled stays here. The link never receives its own publications.
//!
//! # The Promise
//!
//! PUBACK and PUBREC of a publish that the link's filters select are withheld
//! until the link has acknowledged the delivery, whether a link is open or not;
//! those of a retained publish until it is durable; those of a publish whose
//! receiver is far behind until that receiver has caught up. Before the
//! runtime of a hosted house has subscribed for the first time, every QoS 1 and
//! 2 publish of a client is kept for it in the same way. Acknowledgements leave
//! in the order of the publishes.
//!
//! # Signatures
//! ```text
//!
//! core::{Router, Setup, ConnId, AskId, Ticket, LinkId, Action, RetainedChange, RetainedMessage, Refused, CloseReason, Identity, Principal, Verdict, Counters}
//! core::codec::{frame(buf: &[u8], limit: usize) -> Frame, Frame::{Incomplete, TooLarge{declared: usize}, Malformed, Complete{len: usize}},
//!   decode_connect(frame: &[u8]) -> Result<Connect, BadConnect>,  BadConnect::answer() -> Option<Bytes>,
//!   refuse_connect(version: Version, reason: Reason) -> Bytes, Reason::{BadCredentials, NotAuthorised, ServerUnavailable, ServerBusy, ConnectionRate, ...},
//!   Connect{version: Version, client_id: String, user_name: Option<String>, password: Option<Bytes>, keep_alive, clean_start, will, ...}, Version::{V3, V311, V5}}
//!
//! Setup { house: HouseId, hosting: Hosting, quotas: Quotas, retained: Vec<RetainedMessage> }
//! RetainedMessage { topic: String, payload: Bytes, qos: bus::QoS, properties: Bytes, expires_at: Option<Timestamp> }   // persist all five columns
//!
//! impl Router {
//!   new(Setup) -> Self
//!   connect(&mut self, now: Timestamp, ConnId, Connect, Identity)
//!   receive(&mut self, now, ConnId, frame: &[u8])         // one whole frame
//!   oversized(&mut self, now, ConnId, declared: usize); malformed(&mut self, now, ConnId)
//!   lost(&mut self, now, ConnId)
//!   congested(&mut self, now, ConnId, bool)
//!   durable(&mut self, now, Ticket); not_durable(&mut self, now, Ticket)
//!   link_open(&mut self, now) -> LinkId;  link_command(&mut self, now, LinkId, BusCommand);  link_next(&mut self, now, LinkId) -> Option<Delivery>;  link_closed(&mut self, now, LinkId)
//!   ask(&mut self, now, AskId, &Ask); forget_ask(&mut self, AskId)
//!   tick(&mut self, now); next_wake(&self) -> Option<Timestamp>
//!   revise(&mut self, now, Hosting, Quotas, judge: impl FnMut(&Identity) -> Verdict)
//!   stop(&mut self, now)                                    // closes all, 0x8B; no wills, no STATUS/0
//!   presence(&self, now) -> cell::Presence; counters(&self) -> Counters; packet_limit(&self) -> usize; is_idle(&self) -> bool
//!   drain_actions(&mut self) -> std::vec::Drain<'_, Action>
//! }
//! ```
//!
//! | module | subject |
//! |---|---|
//! | [`codec`] | MQTT 3.1, 3.1.1 and 5.0 packets |
//! | [`action`] | what the shell has to do |
//! | [`identity`] | who a connection is |
//! | [`message`] | one publication on its way, and its forms on the wire |
//! | [`trie`] | the subscription tree |
//! | [`retained`] | retained messages, and what is written to disk |
//! | [`session`] | one connection: packet ids, exchanges, windows |
//! | [`link`] | what waits for the tenant runtime |
//! | [`held`] | messages that wait for their listener |
//! | [`silence`] | senders whose connection died |
//! | [`question`] | open questions of the control plane |
//! | [`router`] | all of it together: one house |

pub mod action;
pub mod codec;
pub mod identity;
pub mod message;
pub mod retained;

pub use action::{Action, CloseReason, Refused, RetainedChange};
pub use action::{AskId, Ticket};
pub use identity::{ConnId, Identity, Principal, Verdict};
pub use retained::RetainedMessage;

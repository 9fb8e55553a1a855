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
//! 1. Read bytes and cut them with [`codec::frame()`], which checks the declared
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
//! 7. Take what clients have sent with [`Router::take_sent`] whenever
//!    [`Router::has_sent`], and write it down. Say with
//!    [`Router::clock_was_set`] when somebody has set the clock.
//! 8. On each new document of the feed call [`Router::revise`], which asks for
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
//! | module | subject |
//! |---|---|
//! | [`codec`] | MQTT 3.1, 3.1.1 and 5.0 packets |
//! | [`action`] | what the shell has to do |
//! | [`identity`] | who a connection is |
//! | [`message`], `press` | one publication on its way, and its forms on the wire |
//! | [`trie`] | the subscription tree |
//! | [`retained`] | retained messages, and what is written to disk |
//! | [`session`] | one connection: packet ids, exchanges, windows |
//! | [`link`] | what waits for the tenant runtime |
//! | [`held`] | messages that wait for their listener |
//! | [`pace`] | how fast a house may send |
//! | [`spending`] | what a tenant has sent on which day |
//! | [`meter`] | what a house has sent in which hour |
//! | `throttle` | what the rate has stopped, for the record |
//! | [`clock`] | whether somebody has set the clock |
//! | [`silence`] | senders whose connection died |
//! | [`question`] | open questions of the control plane |
//! | [`router`] | all of it together: one house |

pub mod action;
pub mod clock;
pub mod codec;
pub mod held;
pub mod identity;
pub mod link;
pub mod message;
pub mod meter;
pub mod pace;
mod press;
pub mod question;
pub mod retained;
pub mod router;
pub mod session;
pub mod silence;
pub mod spending;
mod throttle;
pub mod trie;

pub use action::{Action, AskId, CloseReason, Refused, RetainedChange, Ticket};
pub use identity::{ConnId, Identity, Principal, Verdict};
pub use link::LinkId;
pub use meter::Sent;
pub use retained::RetainedMessage;
pub use router::{Counters, Router, Setup};
pub use spending::Spending;

//! Invitations: to a tenant or some of its houses by its admins, and to the
//! service by admins of the service. A link works once, for the address it was
//! mailed to, and no longer than its inviter could still give what it gives.

mod accept;
mod handlers;
mod mails;
mod service;
#[cfg(test)]
mod tests;
mod to_service;

pub use accept::{Joined, Offer, Way, accept, accept_as_new, look};
pub(crate) use handlers::routes;
pub use service::{LASTS, NewInvitation, invite, list, resend, withdraw};
pub use to_service::{
    invite as invite_to_service, list as list_to_service, resend as resend_to_service,
    withdraw as withdraw_to_service,
};

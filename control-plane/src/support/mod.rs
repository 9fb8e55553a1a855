//! Support access: an admin of the service sees nothing of a tenant's houses,
//! unless the tenant lets the service's admins in, for a time, to look or to
//! change things as well. Whatever they open is in the tenant's audit log.
//!
//! | module | subject |
//! |---|---|
//! | [`service`] | asking, offering, granting, declining, ending |
//! | [`let_in`] | who is let in where, and what is refused even then |
//! | [`mails`] | the mail that asks the owner |
//! | `handlers` | `/api/v1/tenants/{tenant}/support-access`, and the admins' side |

mod handlers;
pub mod let_in;
mod mails;
pub mod service;
#[cfg(test)]
mod tests;

pub use handlers::{Which, routes};

//! What keeps running for a tenant: active, read-only or suspended, with the
//! reason; and deletion with thirty days to think again.
//!
//! | module | subject |
//! |---|---|
//! | [`service`] | suspending, resuming, deleting, taking back |
//! | [`refuse`] | what a tenant that is not active is refused |
//! | [`erase`] | erasing what was deleted, with a receipt |
//! | `handlers` | `/api/v1/admin/tenants/{tenant}/suspend`, `…/resume`, `…/undelete`, `DELETE` |

pub mod erase;
mod handlers;
pub mod refuse;
pub mod service;
#[cfg(test)]
mod tests;

pub use handlers::routes;
pub use refuse::refusal;

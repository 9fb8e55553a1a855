//! What keeps running for a tenant: active, read-only or suspended, with the
//! reason; and deletion with thirty days to think again.
//!
//! | module | subject |
//! |---|---|
//! | [`service`] | suspending, resuming, deleting, taking back |
//! | [`refuse`] | what a tenant that is not active is refused |
//! | [`erase`] | erasing what was deleted, with a receipt |
//! | [`own`] | an owner deletes their own tenant, and takes that back |
//! | `handlers` | `/api/v1/admin/tenants/{tenant}/suspend`, `…/resume`, `…/undelete`, `DELETE` |

pub mod erase;
mod handlers;
pub mod own;
mod own_handlers;
pub mod refuse;
pub mod service;

pub use handlers::routes;
pub use refuse::refusal;

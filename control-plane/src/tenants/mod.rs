//! Tenants: which ones a person is a member of, and their quotas beside use.

mod handlers;
#[cfg(test)]
mod tests;
mod usage;

pub use handlers::{ExceptionView, StateView, routes};
pub use usage::{NoticeView, QuotaUse, Usage, usage};

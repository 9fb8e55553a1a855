//! The description of the API: an OpenAPI 3.1 document made from the table of
//! routes and the types of its handlers. What is not in the table cannot be in
//! the document, and what is in the table cannot be left out.
//!
//! | module | subject |
//! |---|---|
//! | [`describe`] | what the types of a handler say about its route |
//! | [`operations`] | what each route is for, in a sentence |
//! | [`document`] | the document |
//! | `handlers` | `/api/openapi.json` |

pub mod describe;
pub mod document;
mod handlers;
pub mod operations;
#[cfg(test)]
mod tests;

pub use handlers::routes;

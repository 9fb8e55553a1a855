//! The portal, as the edge needs to know it: its part of the table of routes,
//! and how it tells a person that a request failed. The control plane works
//! without it, as a service of programs.

use axum::response::Response;

use super::problem::Problem;
use super::route::Route;

/// The pages.
#[derive(Clone, Copy, Debug)]
pub struct Pages {
    /// Their routes.
    pub routes: fn() -> Vec<Route>,
    /// The page for a problem; the text is the request's id.
    pub problem: fn(&Problem, &str) -> Response,
}

impl Pages {
    /// No pages: everybody gets JSON.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            routes: Vec::new,
            problem: |problem, id| problem.to_json_response(Some(id)),
        }
    }
}

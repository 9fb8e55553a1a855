//! One entry of the table of all routes. The router is built from the table
//! and from nothing else, so a test that walks it has seen every route.

use axum::handler::Handler;
use axum::routing::{self, MethodRouter};
use http::Method;
use model::TenantRole;
use schemars::SchemaGenerator;

use crate::app::App;
use crate::openapi::describe::{Described, Shape};

/// Who may use a route. The handler's own arguments enforce it; the table says
/// it, and a test holds the two together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Anybody.
    Public,
    /// Whoever is logged in.
    LoggedIn,
    /// Members of the `{tenant}` in the path with at least this role.
    Tenant(TenantRole),
    /// Members of the tenant that the `{house}` in the path belongs to, with
    /// at least this role.
    House(TenantRole),
    /// Admins of the service.
    ServiceAdmin,
}

/// A method and a path, who may use them, and the handler.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path with `{parameters}`, as axum reads it.
    pub path: &'static str,
    /// Who may use it.
    pub guard: Guard,
    /// The handler.
    pub handler: MethodRouter<App>,
    /// What the types of the handler say; `None` for pages.
    pub shape: Option<fn(&mut SchemaGenerator) -> Shape>,
}

/// Makes routes of pages, which people read and no document describes.
#[derive(Debug)]
pub enum Page {}

/// Makes routes of probes, whose answers are plain text.
pub type Probe = Page;

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $method:ident;)+) => {
        impl Route {$(
            $(#[$doc])*
            pub fn $name<H, T>(path: &'static str, guard: Guard, handler: H) -> Self
            where
                H: Handler<T, App> + Described<T>,
                T: 'static,
            {
                let handler = routing::$name(handler);
                let shape = Some(H::shape as fn(&mut SchemaGenerator) -> Shape);
                Self { method: Method::$method, path, guard, handler, shape }
            }
        )+}

        impl Page {$(
            $(#[$doc])*
            pub fn $name<H, T>(path: &'static str, guard: Guard, handler: H) -> Route
            where
                H: Handler<T, App>,
                T: 'static,
            {
                let handler = routing::$name(handler);
                Route { method: Method::$method, path, guard, handler, shape: None }
            }
        )+}
    };
}

methods! {
    /// Reads.
    get = GET;
    /// Makes or does something.
    post = POST;
    /// Puts something in its place.
    put = PUT;
    /// Changes parts of something.
    patch = PATCH;
    /// Removes something.
    delete = DELETE;
}

impl Route {
    /// Whether it belongs to the API, whose answers are always JSON.
    #[must_use]
    pub fn is_api(&self) -> bool {
        is_api(self.path)
    }
}

/// Whether `path` belongs to the API.
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

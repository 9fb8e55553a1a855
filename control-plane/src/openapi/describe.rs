//! What the types of a handler say about its route: arguments about the
//! request, the return type about the answers.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::admin::OverTenant;
use crate::http::acting::{Acting, AtHome};
use crate::http::caller::{Caller, Person, ServiceAdmin};
use crate::http::client_address::ClientAddress;
use crate::http::client_device::ClientDevice;
use crate::http::extract::{Json, Path, Query};
use crate::http::problem::Problem;
use crate::standing::own::Owned;

/// What is known of a route.
#[derive(Debug, Default)]
pub struct Shape {
    /// The body it takes.
    pub body: Option<Body>,
    /// The query it takes: an object with a member for each parameter.
    pub query: Option<Schema>,
    /// What it answers when it succeeds; `None` for nothing.
    pub answer: Option<Answer>,
}

/// A body that a route takes.
#[derive(Debug)]
pub struct Body {
    /// What it looks like.
    pub schema: Schema,
    /// Whether it may be left out.
    pub optional: bool,
}

/// What a route answers with.
#[derive(Debug)]
pub enum Answer {
    /// JSON that looks like this.
    Json(Schema),
    /// A file whose type the request chooses.
    File,
}

/// An argument of a handler.
pub trait Argument {
    /// Adds what it says about the request.
    fn describe(_shape: &mut Shape, _schemas: &mut SchemaGenerator) {}
}

macro_rules! silent {
    ($($argument:ty),+ $(,)?) => {$(impl Argument for $argument {})+};
}

silent!(
    Caller,
    Person,
    ServiceAdmin,
    OverTenant,
    Owned,
    AtHome,
    ClientAddress,
    ClientDevice,
    HeaderMap,
    http::Method,
    http::Uri,
);

impl<S> Argument for State<S> {}
impl<Role, Thing> Argument for Acting<Role, Thing> {}
// Parameters of the path stand in the path itself.
impl<T> Argument for Path<T> {}

impl Argument for Option<Caller> {}

impl<T: JsonSchema> Argument for Query<T> {
    fn describe(shape: &mut Shape, schemas: &mut SchemaGenerator) {
        shape.query = Some(T::json_schema(schemas));
    }
}

impl<T: JsonSchema> Argument for Json<T> {
    fn describe(shape: &mut Shape, schemas: &mut SchemaGenerator) {
        shape.body = Some(Body {
            schema: schemas.subschema_for::<T>(),
            optional: false,
        });
    }
}

impl<T: JsonSchema> Argument for Option<Json<T>> {
    fn describe(shape: &mut Shape, schemas: &mut SchemaGenerator) {
        shape.body = Some(Body {
            schema: schemas.subschema_for::<T>(),
            optional: true,
        });
    }
}

/// What a handler returns.
pub trait Outcome {
    /// What it answers when it succeeds.
    fn answer(schemas: &mut SchemaGenerator) -> Option<Answer>;
}

impl Outcome for StatusCode {
    fn answer(_: &mut SchemaGenerator) -> Option<Answer> {
        None
    }
}

impl Outcome for Response {
    fn answer(_: &mut SchemaGenerator) -> Option<Answer> {
        Some(Answer::File)
    }
}

impl<T: JsonSchema> Outcome for axum::Json<T> {
    fn answer(schemas: &mut SchemaGenerator) -> Option<Answer> {
        Some(Answer::Json(schemas.subschema_for::<T>()))
    }
}

impl<First, O: Outcome> Outcome for (First, O) {
    fn answer(schemas: &mut SchemaGenerator) -> Option<Answer> {
        O::answer(schemas)
    }
}

impl<First, Second, O: Outcome> Outcome for (First, Second, O) {
    fn answer(schemas: &mut SchemaGenerator) -> Option<Answer> {
        O::answer(schemas)
    }
}

impl<O: Outcome> Outcome for Result<O, Problem> {
    fn answer(schemas: &mut SchemaGenerator) -> Option<Answer> {
        O::answer(schemas)
    }
}

/// A handler whose types say all that a client needs to know. `T` tells
/// handlers of different arguments apart, as in [`axum::handler::Handler`].
#[diagnostic::on_unimplemented(
    message = "this handler cannot be described for the API's clients",
    note = "request and answer types of the API derive `schemars::JsonSchema`; pages are routed \
            with `Page::get` and `Page::post`"
)]
pub trait Described<T> {
    /// What its types say.
    fn shape(schemas: &mut SchemaGenerator) -> Shape;
}

impl<F, Fut, O> Described<((),)> for F
where
    F: FnOnce() -> Fut,
    Fut: Future<Output = O>,
    O: Outcome,
{
    fn shape(schemas: &mut SchemaGenerator) -> Shape {
        Shape {
            answer: O::answer(schemas),
            ..Shape::default()
        }
    }
}

macro_rules! described {
    ($($argument:ident),+) => {
        impl<F, Fut, O, M, $($argument),+> Described<(M, $($argument,)+)> for F
        where
            F: FnOnce($($argument),+) -> Fut,
            Fut: Future<Output = O>,
            O: Outcome,
            $($argument: Argument,)+
        {
            fn shape(schemas: &mut SchemaGenerator) -> Shape {
                let mut shape = Shape {
                    answer: O::answer(schemas),
                    ..Shape::default()
                };
                $($argument::describe(&mut shape, schemas);)+
                shape
            }
        }
    };
}

described!(A);
described!(A, B);
described!(A, B, C);
described!(A, B, C, D);
described!(A, B, C, D, E);
described!(A, B, C, D, E, G);
described!(A, B, C, D, E, G, H);

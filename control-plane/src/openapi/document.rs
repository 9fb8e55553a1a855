//! The OpenAPI 3.1 document.

use http::Method;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::describe::{Answer, Shape};
use super::operations::{self, Operation};
use crate::http::route::{Guard, Route};

/// The document for `routes`, of which those of the API are told.
#[must_use]
pub fn document(routes: &[Route]) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes.iter().filter(|route| route.is_api()) {
        let Some(shape) = route.shape else {
            continue;
        };
        let told = operation(route, shape, &mut schemas);
        let item = paths.entry(path(route.path)).or_insert_with(|| json!({}));
        if let Value::Object(item) = item {
            item.insert(route.method.as_str().to_lowercase(), told);
        }
    }
    let definitions = schemas.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "egeoffrey-cloud",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What belongs to another tenant is 404, like what does not exist. \
                Errors are problem details (RFC 9457). Dates are RFC 3339 in UTC. Lists come in \
                pages: send `next` of one as `cursor` of the following. A field that is not \
                described is refused.",
            "license": {"name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT"},
        },
        "security": [{"bearer": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "responses": {"Problem": {
                "description": "Why it was refused, and what to do.",
                "content": {"application/problem+json": {"schema": problem()}},
            }},
            "securitySchemes": {
                "bearer": {
                    "type": "http", "scheme": "bearer",
                    "description": "A token of `POST /api/v1/tokens`, or an API token that a \
                        person made (`egt_…`), which is cut to its scopes.",
                },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "session",
                    "description": "The portal's own cookie; over HTTPS it is `__Host-session`.",
                },
            },
        },
    })
}

/// A path as OpenAPI writes it: without axum's sign for "the rest".
#[must_use]
pub fn path(path: &str) -> String {
    path.replace("{*", "{")
}

fn operation(
    route: &Route,
    shape: fn(&mut SchemaGenerator) -> Shape,
    schemas: &mut SchemaGenerator,
) -> Value {
    let shape = shape(schemas);
    let known = operations::find(&route.method, route.path);
    let mut parameters = of_path(route.path);
    parameters.extend(shape.query.as_ref().map(of_query).unwrap_or_default());
    if route.method == Method::POST && route.guard != Guard::Public {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "schema": {"type": "string", "maxLength": 255, "description": "Drawn by the client \
                for each request: sent again within a day, the request is answered as the \
                first time, without secrets, and not done again."},
        }));
    }
    let mut told = json!({
        "operationId": operation_id(&route.method, route.path),
        "tags": [tag(route.path)],
        "summary": known.map(|known| known.summary),
        "description": rights(route.guard),
        "parameters": parameters,
        "responses": responses(known, shape.answer),
    });
    let Value::Object(members) = &mut told else {
        return told;
    };
    if route.guard == Guard::Public {
        members.insert("security".to_owned(), json!([]));
    }
    if let Some(body) = shape.body {
        let content = json!({
            "required": !body.optional,
            "content": {"application/json": {"schema": body.schema}},
        });
        members.insert("requestBody".to_owned(), content);
    }
    told
}

fn responses(known: Option<&Operation>, answer: Option<Answer>) -> Value {
    let status = known.map_or(200, |known| known.status).to_string();
    let content = match answer {
        None => None,
        Some(Answer::Json(schema)) => Some(json!({"application/json": {"schema": schema}})),
        Some(Answer::File) => Some(json!({"*/*": {}})),
    };
    let mut success = json!({"description": "Done."});
    if let (Some(content), Value::Object(success)) = (content, &mut success) {
        success.insert("content".to_owned(), content);
    }
    json!({status: success, "default": {"$ref": "#/components/responses/Problem"}})
}

/// The operation's own name: `get_houses_house_sensors`.
fn operation_id(method: &Method, path: &str) -> String {
    let mut id = method.as_str().to_lowercase();
    let rest = path.strip_prefix("/api/").unwrap_or(path);
    let rest = rest.strip_prefix("v1/").unwrap_or(rest);
    for part in rest.split('/') {
        id.push('_');
        let letters = part.chars().filter(char::is_ascii_alphanumeric);
        id.extend(letters);
    }
    id
}

/// Under what it is listed.
fn tag(path: &str) -> &'static str {
    let rest = path.strip_prefix("/api/v1/").unwrap_or_default();
    match rest.split('/').next() {
        Some("admin") => "administration",
        Some("houses") => "houses",
        Some("tenants" | "invitations") => "tenants",
        Some("account" | "accounts" | "tokens" | "passkeys" | "password-reset") => "account",
        _ => "service",
    }
}

fn rights(guard: Guard) -> String {
    match guard {
        Guard::Public => "For anybody.".to_owned(),
        Guard::LoggedIn => "For whoever is logged in.".to_owned(),
        Guard::Tenant(role) => format!("For members of the tenant from the role {role} on."),
        Guard::House(role) => format!("For whoever has the role {role} or more in the house."),
        Guard::ServiceAdmin => "For admins of the service.".to_owned(),
    }
}

fn of_path(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(name.trim_start_matches('*'))
    });
    names
        .map(|name| {
            json!({
                "name": name, "in": "path", "required": true, "schema": {"type": "string"},
            })
        })
        .collect()
}

fn of_query(schema: &Schema) -> Vec<Value> {
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &String| {
        required.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)))
    };
    let properties = schema.get("properties").and_then(Value::as_object);
    let properties = properties.into_iter().flatten();
    properties
        .map(|(name, schema)| {
            json!({
                "name": name, "in": "query", "required": is_required(name), "schema": schema,
            })
        })
        .collect()
}

/// Problem details as they are told: further members explain the limit where
/// there is one.
fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "examples": ["/problems/over-quota"]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What to do, for people."},
            "request_id": {"type": "string"},
        },
    })
}

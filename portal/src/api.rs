//! `GET /api`: the description of the API as a page.

use axum::response::Response;
use serde_json::Value;
use web::page::{ApiGroup, ApiOperation, ApiPage, ApiParameter, ApiShape};

use super::render;
use control_plane::http::problem::Problem;
use control_plane::http::route::{Guard, Page, Route};
use control_plane::openapi::document::document;

pub(super) fn routes() -> Vec<Route> {
    vec![Page::get(web::routes::API, Guard::Public, api)]
}

async fn api() -> Result<Response, Problem> {
    render::page(&page(&document(&control_plane::routes::all())))
}

/// The document as people read it.
fn page(document: &Value) -> ApiPage {
    let mut groups: Vec<ApiGroup> = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, told) in item.as_object().into_iter().flatten() {
            let name = text(told, "/tags/0");
            let operation = operation(method, path, told);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(operation),
                None => groups.push(ApiGroup {
                    name,
                    operations: vec![operation],
                }),
            }
        }
    }
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    let shapes = document.pointer("/components/schemas");
    let shapes = shapes.and_then(Value::as_object).into_iter().flatten();
    ApiPage {
        groups,
        shapes: shapes
            .map(|(name, schema)| ApiShape {
                name: name.clone(),
                schema: pretty(schema),
            })
            .collect(),
    }
}

fn operation(method: &str, path: &str, told: &Value) -> ApiOperation {
    let parameters = told.get("parameters").and_then(Value::as_array);
    let responses = told.get("responses").and_then(Value::as_object);
    let success = responses.and_then(|all| all.iter().find(|(status, _)| *status != "default"));
    let (status, answer) = success.map_or((String::new(), None), |(status, answer)| {
        (status.clone(), answer.get("content"))
    });
    let json = |content: &Value| content.pointer("/application~1json/schema").map(pretty);
    let body = told.get("requestBody");
    ApiOperation {
        id: text(told, "/operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(told, "/summary"),
        rights: text(told, "/description"),
        parameters: parameters.into_iter().flatten().map(parameter).collect(),
        body: body.and_then(|body| json(body.get("content")?)),
        body_optional: body.is_some_and(|body| body.get("required") == Some(&Value::Bool(false))),
        status,
        answer: answer.and_then(json),
        is_file: answer.is_some_and(|content| content.get("*/*").is_some()),
    }
}

fn parameter(told: &Value) -> ApiParameter {
    ApiParameter {
        name: text(told, "/name"),
        place: text(told, "/in"),
        required: told.get("required") == Some(&Value::Bool(true)),
        about: text(told, "/schema/description"),
    }
}

fn text(told: &Value, pointer: &str) -> String {
    let text = told.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn pretty(schema: &Value) -> String {
    serde_json::to_string_pretty(schema).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_operation_is_on_the_page() {
        let world = crate::tests::open().await;
        let shown = world.client().visit("/api").await;
        assert_eq!(shown.status, 200);
        let page = page(&document(&control_plane::routes::all()));
        let operations = page.groups.iter().flat_map(|group| &group.operations);
        let mut count = 0;
        for operation in operations {
            count += 1;
            assert!(!operation.summary.is_empty(), "{}", operation.id);
            assert!(shown.text.contains(&format!("id=\"{}\"", operation.id)));
            assert!(!operation.status.is_empty(), "{}", operation.id);
        }
        assert!(count > 90, "{count}");
    }
}

//! The API, for people who write programs.

use askama::Template;

use super::{Page, sample};

/// `GET /api`.
#[derive(Clone, Debug, Template)]
#[template(path = "api.html")]
pub struct ApiPage {
    /// Operations by what they are about.
    pub groups: Vec<ApiGroup>,
    /// What bodies and answers refer to.
    pub shapes: Vec<ApiShape>,
}

/// Operations about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiGroup {
    /// The thing.
    pub name: String,
    /// Its operations.
    pub operations: Vec<ApiOperation>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiOperation {
    /// Its name.
    pub id: String,
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// What it does, in English.
    pub summary: String,
    /// Who may use it, in English.
    pub rights: String,
    /// Parameters of path and query.
    pub parameters: Vec<ApiParameter>,
    /// The schema of its body.
    pub body: Option<String>,
    /// Whether the body may be left out.
    pub body_optional: bool,
    /// The status of success.
    pub status: String,
    /// The schema of the answer.
    pub answer: Option<String>,
    /// Whether the answer is a file.
    pub is_file: bool,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiParameter {
    /// Its name.
    pub name: String,
    /// `path` or `query`.
    pub place: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What it means, in English; may be empty.
    pub about: String,
}

/// A schema with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiShape {
    /// Its name.
    pub name: String,
    /// The schema.
    pub schema: String,
}

impl Page for ApiPage {
    const NAME: &'static str = "api";

    fn samples() -> Vec<(&'static str, Self)> {
        let operation = ApiOperation {
            id: "post_tenants_tenant_houses".to_owned(),
            method: "POST".to_owned(),
            path: "/api/v1/tenants/{tenant}/houses".to_owned(),
            summary: "Adds a house; its passcode is shown once.".to_owned(),
            rights: "For members of the tenant from the role installer on.".to_owned(),
            parameters: vec![ApiParameter {
                name: "tenant".to_owned(),
                place: "path".to_owned(),
                required: true,
                about: String::new(),
            }],
            body: Some("{\n  \"$ref\": \"#/components/schemas/NewHouse\"\n}".to_owned()),
            body_optional: false,
            status: "201".to_owned(),
            answer: None,
            is_file: false,
        };
        let export = ApiOperation {
            id: "get_account_export".to_owned(),
            summary: sample::HOSTILE.to_owned(),
            body: None,
            is_file: true,
            status: "200".to_owned(),
            ..operation.clone()
        };
        vec![
            (
                "full",
                Self {
                    groups: vec![ApiGroup {
                        name: "houses".to_owned(),
                        operations: vec![operation, export],
                    }],
                    shapes: vec![ApiShape {
                        name: "NewHouse".to_owned(),
                        schema: "{\n  \"type\": \"object\"\n}".to_owned(),
                    }],
                },
            ),
            (
                "empty",
                Self {
                    groups: Vec::new(),
                    shapes: Vec::new(),
                },
            ),
        ]
    }
}

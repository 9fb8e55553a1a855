//! Every way a request can fail, in the client's terms, and the one table of
//! what that means over HTTP.

mod sentences;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use model::name::BadName;
use model::{RefusalReason, Timestamp};
use serde_json::{Value, json};

use self::sentences::{stopped, wait, whole_secs};
use crate::api_tokens::Scope;
use crate::passkeys::Impossible;
use crate::passwords::WeakPassword;
use crate::store::{StoreError, TenantState};

/// A failure with everything a client needs to act on it.
///
/// Becomes `application/problem+json` (RFC 9457) for programs and a page for
/// people; [`crate::http::layers`] chooses. The cause of an internal failure is
/// logged there and nowhere else; the client gets the request id.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Problem {
    /// It does not exist, or it is another tenant's: the two look the same.
    #[error("There is no such {what}.")]
    NotFound {
        /// `house`, `credential`, `page`, …
        what: &'static str,
    },
    /// The request cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// A value that is understood but not possible.
    #[error("{field} {why}")]
    Invalid {
        /// The field of the body or query.
        field: &'static str,
        /// What is wrong and what would be right, continuing the field's name.
        why: String,
    },
    /// Nobody is logged in, or the token is unknown or expired.
    #[error("Log in, or send a valid bearer token.")]
    Unauthenticated,
    /// Address and password do not belong together. Says no more than that.
    #[error("The e-mail address or the password is wrong.")]
    WrongLogIn,
    /// The password is right, and the account asks for a code as well.
    #[error("Send the code of your authenticator app, or a recovery code, as \"totp\".")]
    CodeNeeded,
    /// A second-step code that is wrong or was used before.
    #[error("This code is wrong or was used before. Take the next one from your app.")]
    WrongCode,
    /// A passkey's answer that is not accepted. Says no more than that.
    #[error("This passkey was not accepted. Try again, or log in with your password.")]
    WrongPasskey,
    /// There can be no passkeys at the portal's address.
    #[error("{0}")]
    PasskeysImpossible(Impossible),
    /// The account is being deleted; it is erased at this moment.
    #[error("This account is being deleted and will be erased on {}. Log in to the portal to keep it.", .0.to_rfc3339())]
    BeingDeleted(Timestamp),
    /// The account cannot go, because these tenants have members and no other
    /// owner.
    #[error("You are the only owner of {}, which has other members. Make one of them an owner, or delete it first.", .0.join(", "))]
    StillNeeded(Vec<String>),
    /// The address was never confirmed.
    #[error("Confirm your e-mail address first: open the link in the mail we sent you.")]
    Unverified,
    /// The account waits for an admin to let it in.
    #[error(
        "Your account waits for whoever runs this service to let you in. You get a mail when they have decided."
    )]
    Waiting,
    /// A mailed or printed link that is unknown, used or expired.
    #[error("This link is not valid any more. {remedy}")]
    DeadLink {
        /// How to get a new one.
        remedy: &'static str,
    },
    /// The caller's role does not include it.
    #[error("{0}")]
    Forbidden(Cow<'static, str>),
    /// The API token was not made for it.
    #[error("This token lacks the scope \"{}\". Make one that has it.", .0.as_str())]
    Scope(Scope),
    /// The sign-up policy does not let this person in.
    #[error("{0}")]
    SignUp(&'static str),
    /// A browser sent it from another site.
    #[error(
        "The request came from another site and was refused. Open the page here and try again."
    )]
    CrossSite,
    /// A quota of the plan is reached.
    #[error("The plan allows {allowed} {what}; you have {seen}.")]
    OverQuota {
        /// What is counted, for people.
        what: &'static str,
        /// The quota's name as in the API, such as `houses`.
        limit: &'static str,
        /// How much is allowed.
        allowed: u64,
        /// How much there is.
        seen: u64,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The tenant's standing does not allow a change.
    #[error("{}", stopped(.0))]
    Standing(Box<TenantState>),
    /// Another change came first.
    #[error("{0}")]
    Conflict(&'static str),
    /// The URL exists, but not with this method.
    #[error("This address does not take that method.")]
    MethodNotAllowed,
    /// The body is larger than [`super::BODY_LIMIT_BYTES`].
    #[error("The request body is larger than 64 KiB.")]
    TooLarge,
    /// The body is not of the kind the route reads.
    #[error("{0}")]
    UnsupportedMediaType(String),
    /// Too many attempts.
    #[error("Too many attempts. Try again in {}.", wait(*.retry_after))]
    TooManyRequests {
        /// When the next attempt will be heard.
        retry_after: Duration,
    },
    /// A house did not answer.
    #[error("The house did not answer in time. Check that it is switched on and connected.")]
    HouseUnreachable {
        /// When it last sent anything, if known.
        last_seen: Option<Timestamp>,
    },
    /// The service has more to do than it can.
    #[error("The service is busy. Try again in a moment.")]
    Busy,
    /// Our fault.
    #[error("Something went wrong on our side. It has been recorded; please try again.")]
    Internal(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl Problem {
    /// An internal failure with its cause.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }

    /// A new password that is not accepted.
    pub fn password(weak: WeakPassword) -> Self {
        Self::Invalid {
            field: "password",
            why: weak.to_string(),
        }
    }

    /// A text that is no e-mail address.
    pub fn email(bad: &BadName) -> Self {
        Self::Invalid {
            field: "email",
            why: bad.to_string(),
        }
    }

    /// The public contract: status, slug of `type`, title. One row per kind.
    pub const fn row(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed", "Malformed request"),
            Self::Invalid { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid",
                "A value is not possible",
            ),
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated", "Not logged in"),
            Self::WrongLogIn => (StatusCode::UNAUTHORIZED, "wrong-log-in", "Log-in refused"),
            Self::CodeNeeded => (StatusCode::UNAUTHORIZED, "code-needed", "Code needed"),
            Self::WrongCode => (StatusCode::UNAUTHORIZED, "wrong-code", "Wrong code"),
            Self::WrongPasskey => (StatusCode::UNAUTHORIZED, "wrong-passkey", "Passkey refused"),
            Self::PasskeysImpossible(_) => (
                StatusCode::CONFLICT,
                "passkeys-impossible",
                "No passkeys at this address",
            ),
            Self::BeingDeleted(_) => (
                StatusCode::FORBIDDEN,
                "being-deleted",
                "The account is being deleted",
            ),
            Self::StillNeeded(_) => (StatusCode::CONFLICT, "still-needed", "Still needed"),
            Self::Unverified => (
                StatusCode::FORBIDDEN,
                "unverified",
                "E-mail address not confirmed",
            ),
            Self::Waiting => (StatusCode::FORBIDDEN, "waiting", "Account not approved yet"),
            Self::DeadLink { .. } => (StatusCode::GONE, "dead-link", "Link not valid any more"),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden", "Not allowed"),
            Self::Scope(_) => (StatusCode::FORBIDDEN, "scope", "Outside the token's scope"),
            Self::SignUp(_) => (StatusCode::FORBIDDEN, "sign-up-refused", "Sign-up refused"),
            Self::CrossSite => (
                StatusCode::FORBIDDEN,
                "cross-site",
                "Request from another site",
            ),
            Self::OverQuota { .. } => (StatusCode::FORBIDDEN, "over-quota", "Quota reached"),
            Self::Standing(_) => (
                StatusCode::FORBIDDEN,
                "standing",
                "The account does not allow this at the moment",
            ),
            Self::Conflict(_) => (
                StatusCode::CONFLICT,
                "conflict",
                "Another change came first",
            ),
            Self::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Method not allowed",
            ),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large"),
            Self::UnsupportedMediaType(_) => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "Unsupported media type",
            ),
            Self::TooManyRequests { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Too many attempts",
            ),
            Self::HouseUnreachable { .. } => (
                StatusCode::GATEWAY_TIMEOUT,
                "house-unreachable",
                "The house does not answer",
            ),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "Busy"),
            Self::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Internal error",
            ),
        }
    }

    /// The status it answers with.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.row().0
    }

    /// The problem for an answer that came without one: from the router
    /// itself or from a layer.
    pub const fn of_bare_status(status: StatusCode) -> Option<Self> {
        match status {
            StatusCode::NOT_FOUND => Some(Self::NotFound { what: "page" }),
            StatusCode::METHOD_NOT_ALLOWED => Some(Self::MethodNotAllowed),
            StatusCode::PAYLOAD_TOO_LARGE => Some(Self::TooLarge),
            StatusCode::SERVICE_UNAVAILABLE => Some(Self::Busy),
            _ => None,
        }
    }

    /// The RFC 9457 body.
    pub fn body(&self, request_id: Option<&str>) -> Value {
        let (status, slug, title) = self.row();
        let mut body = json!({
            "type": format!("/problems/{slug}"),
            "title": title,
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        let extra = match self {
            Self::Invalid { field, .. } => json!({ "field": field }),
            Self::Scope(needed) => json!({ "scope": needed.as_str() }),
            Self::OverQuota {
                limit,
                allowed,
                seen,
                remedy,
                ..
            } => {
                // What counts at one moment has no window and does not clear by
                // itself; both are said as they are in lists of refusals.
                json!({
                    "limit": limit, "allowed": allowed, "seen": seen,
                    "window": null, "clears_at": null, "remedy": remedy,
                })
            }
            Self::TooManyRequests { retry_after } => {
                json!({ "retry_after": whole_secs(*retry_after) })
            }
            Self::Standing(state) => json!({
                "standing": state.in_force(),
                "reason": state.reason,
                "since": state.since.map(Timestamp::to_rfc3339),
                "erase_after": state.erase_after.map(Timestamp::to_rfc3339),
                "remedy": RefusalReason::Standing.remedy(),
            }),
            Self::BeingDeleted(at) => json!({ "erase_after": at.to_rfc3339() }),
            Self::StillNeeded(tenants) => json!({ "tenants": tenants }),
            Self::HouseUnreachable { last_seen } => {
                json!({ "last_seen": last_seen.map(Timestamp::to_rfc3339) })
            }
            _ => json!({}),
        };
        if let (Some(body), Value::Object(extra)) = (body.as_object_mut(), extra) {
            body.extend(extra);
            if let Some(id) = request_id {
                body.insert("request_id".to_owned(), Value::from(id));
            }
        }
        body
    }

    /// After how many whole seconds to try again, where that is known.
    pub fn retry_after_secs(&self) -> Option<u64> {
        match self {
            Self::TooManyRequests { retry_after } => Some(whole_secs(*retry_after)),
            Self::Busy => Some(1),
            _ => None,
        }
    }

    /// The answer for programs.
    pub fn to_json_response(&self, request_id: Option<&str>) -> Response {
        let mut response = (
            self.status(),
            [(header::CONTENT_TYPE, "application/problem+json")],
            self.body(request_id).to_string(),
        )
            .into_response();
        self.add_headers(response.headers_mut());
        response
    }

    /// The headers that belong to it whatever the body is.
    pub fn add_headers(&self, headers: &mut http::HeaderMap) {
        if let Some(secs) = self.retry_after_secs() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        if let Self::Scope(needed) = self {
            let challenge = match needed {
                Scope::Read => "Bearer error=\"insufficient_scope\", scope=\"read\"",
                Scope::Control => "Bearer error=\"insufficient_scope\", scope=\"control\"",
                Scope::Manage => "Bearer error=\"insufficient_scope\", scope=\"manage\"",
                Scope::Admin => "Bearer error=\"insufficient_scope\", scope=\"admin\"",
            };
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            );
        }
        if matches!(self, Self::Unauthenticated | Self::WrongLogIn) {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"egeoffrey-cloud\""),
            );
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => {
                Self::Conflict("Another change came first. Reload and try again.")
            }
            StoreError::Corrupt { .. } | StoreError::Backend(_) => Self::internal(error),
        }
    }
}

/// Answers as for programs and leaves itself in the extensions, from which the
/// outermost layer adds the request id or makes a page.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.to_json_response(None);
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_over_quota_problem_says_limit_allowed_seen_and_remedy() {
        let body = Problem::OverQuota {
            what: "houses",
            limit: "houses",
            allowed: 1,
            seen: 1,
            remedy: "Choose a larger plan.",
        }
        .body(Some("r1"));
        assert_eq!(
            body,
            json!({
                "type": "/problems/over-quota", "title": "Quota reached", "status": 403,
                "detail": "The plan allows 1 houses; you have 1.",
                "limit": "houses", "allowed": 1, "seen": 1, "window": null, "clears_at": null,
                "remedy": "Choose a larger plan.",
                "request_id": "r1",
            })
        );
    }

    #[test]
    fn the_cause_of_an_internal_failure_never_leaves() {
        let problem = Problem::internal("password of the database is hunter2");
        assert!(!problem.body(None).to_string().contains("hunter2"));
        assert_eq!(problem.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[test]
    fn retry_after_is_rounded_up_to_whole_seconds() {
        let problem = Problem::TooManyRequests {
            retry_after: Duration::from_millis(1_001),
        };
        let response = problem.into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "2");
        for (secs, told) in [(0, "1 second"), (20, "20 seconds"), (121, "3 minutes")] {
            let problem = Problem::TooManyRequests {
                retry_after: Duration::from_secs(secs),
            };
            assert_eq!(
                problem.to_string(),
                format!("Too many attempts. Try again in {told}.")
            );
            assert_eq!(problem.body(None)["retry_after"], secs.max(1));
        }
    }
}

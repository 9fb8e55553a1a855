//! What a second tenant must not get. Each test is one attack and is named
//! after its line in the list of attacks; "the neighbour" is a person with an
//! account and a house of their own, as hostile as they please.

mod neighbours;

mod a01_names;
mod a03_sessions;
mod a05_wills;
mod a06_retained;
mod a08_topics;
mod a14_revocation;
mod a15_crowds;
mod a21_http;
mod a21_openapi;
mod a53_secrets;
mod a65_tokens;
mod refusals;

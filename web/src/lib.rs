//! The portal as typed values: every page and every mail is a struct with
//! ready-to-print text, beside it a template of the same name.
//!
//! A page may know our words (`model`) and how to print them for a person. It
//! must never know HTTP, sessions, the database or where its numbers came
//! from: handlers fill the structs.
//!
//! | module | subject |
//! |---|---|
//! | [`page`] | one file per page, each with its samples |
//! | [`mail`] | the texts of the mails |
//! | [`shell`] | what surrounds a page: navigation, account menu, notices |
//! | [`form`] | a form's field: what was typed and what is wrong with it |
//! | [`moment`] | points in time as people read them |
//! | [`words`] | numbers, sizes and spans as people read them |
//! | [`routes`] | the portal's addresses, and which of them take forms |
//! | [`assets`] | style, scripts and icons, with the address they are served at |
//! | [`csp`] | the content security policy that all pages obey |
//! | [`qr`] | QR codes as vector paths |

pub mod assets;
pub mod csp;
pub mod form;
pub mod mail;
pub mod moment;
pub mod page;
pub mod qr;
pub mod routes;
pub mod shell;
pub mod words;

pub use askama::{Error as RenderError, Template};
pub use form::Field;
pub use moment::Moment;
pub use page::Page;
pub use shell::{HouseNav, Notice, Section, Shell, Tone, Viewer};

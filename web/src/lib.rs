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
//! | [`text`] | words in the reader's language |
//! | [`moment`] | points in time as people read them |
//! | [`words`] | numbers, sizes and spans as people read them |
//! | [`routes`] | the portal's addresses, and which of them take forms |
//! | [`assets`] | style, scripts and icons, with the address they are served at |
//! | [`csp`] | the content security policy that all pages obey |
//! | [`qr`] | QR codes as vector paths |

//! # Words
//!
//! Nobody writes words into a page, a template, a script or a mail: they are
//! messages in `texts/<language>/<area>.ftl` (the syntax is that of Fluent),
//! under the same key in every language, and are put into the reader's
//! language when the page is rendered.
//!
//! ```text
//! members-title = Members                  # texts/en/members.ftl
//! members-left =                           # texts/de/members.ftl has the same keys
//!     { $count ->
//!         [one] { $name } left { $count } house
//!        *[other] { $name } left { $count } houses
//!     }
//! ```
//!
//! | where | how |
//! |---|---|
//! | template | `{{ crate::t("members-title") }}`, also as the argument of a macro; with variables `{{ crate::t("members-left").with("name", name).with("count", count) }}` |
//! | template, message with tags in it | `{{ crate::html("members-hint").with("file", name) }}`: what stands for a variable is escaped |
//! | page struct, handler | a field of type [`Text`]; `Text::new("members-left").with("name", name)`, or `Text::one_of("role", role.as_str())` for the words of an enumeration (`role-owner`, `role-guest`, …) |
//! | numbers, sizes, ages, moments | [`words`] and [`moment`], which return [`Text`] |
//! | names, ids, what somebody typed | `Text::plain(name)`, or a `String` field |
//! | script | `word("age-seconds", { count })` of `words.js`, for the message `script-age-seconds` |
//! | mail | [`mail`] |
//!
//! `{{ text }}` prints and escapes a [`Text`] like a string. Variables are
//! `u64`-like numbers, which messages may choose a plural by, or words. The
//! keys are literals right behind `t(`, `html(`, `Text::new(`, `one_of(`:
//! tests look for them, and say which are missing, which nobody uses, where a
//! language has other variables, and which template holds words of its own.

pub mod assets;
pub mod csp;
pub mod form;
pub mod mail;
pub mod moment;
pub mod page;
pub mod qr;
pub mod routes;
pub mod shell;
pub mod text;
pub mod words;

pub use askama::{Error as RenderError, Template};
pub use form::Field;
pub use moment::Moment;
pub use page::Page;
pub use shell::{HouseNav, Notice, Section, Shell, TenantNav, Tone, Viewer};
pub use text::{
    Language, Markup, Reader, Text, html, language_links, measured, render, said, script_words, t,
};

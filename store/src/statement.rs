//! Every SQL statement of the store, and the proof that it is one of them.
//!
//! A file declares its statements with [`statements!`]; the list at the end of
//! this one registers them. Only a registered statement can be run (the trait
//! is sealed here), and [`all`] is what the prepare-all test goes through, so
//! no statement can exist that was not prepared on both engines.
//!
//! There are two kinds. A [`FeedStatement`] changes what a cell should see and
//! runs only together with raising the cell's revision; a [`PlainStatement`]
//! does not.

/// The text of one statement for each engine; mostly the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Texts {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Texts {
    pub(super) const fn both(text: &'static str) -> Self {
        Self {
            sqlite: text,
            postgres: text,
        }
    }
}

/// Declares an enum of statements with their texts.
macro_rules! statements {
    ($(#[$doc:meta])* $visibility:vis enum $name:ident { $($variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        $visibility enum $name { $($variant,)+ }

        impl $name {
            pub(in crate) const ALL: &'static [Self] = &[$(Self::$variant,)+];

            pub(in crate) const fn texts(self) -> $crate::statement::Texts {
                match self {
                    $(Self::$variant => $crate::statement::Texts::both($text),)+
                }
            }

            pub(in crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!(module_path!(), "::", stringify!($name), "::", stringify!($variant)),)+
                }
            }
        }
    };
}
pub(super) use statements;

mod sealed {
    pub trait Sealed {}
}

/// A statement that is registered.
pub(super) trait Statement: sealed::Sealed + Copy + Send {
    /// Its name in logs and tests.
    fn name(self) -> &'static str;
    /// Its texts.
    fn texts(self) -> Texts;
}

/// A statement that changes nothing a cell should see.
pub(super) trait PlainStatement: Statement {}

/// A statement that changes what a cell should see.
pub(super) trait FeedStatement: Statement {}

/// One entry of [`all`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) texts: Texts,
    /// Whether it can only be run together with raising a revision.
    #[cfg_attr(not(test), expect(dead_code, reason = "what a test checks"))]
    pub(super) feed: bool,
}

macro_rules! registry {
    (plain: $($plain:path,)+ ; feed: $($feed:path,)+) => {
        $(registry!(@one $plain, PlainStatement);)+
        $(registry!(@one $feed, FeedStatement);)+

        /// Every statement there is.
        pub(super) fn all() -> Vec<Entry> {
            type Known<T> = &'static [T];
            let mut entries = Vec::new();
            $(
                let known: Known<$plain> = <$plain>::ALL;
                entries.extend(known.iter().map(|one| Entry {
                    name: one.name(), texts: one.texts(), feed: false,
                }));
            )+
            $(
                let known: Known<$feed> = <$feed>::ALL;
                entries.extend(known.iter().map(|one| Entry {
                    name: one.name(), texts: one.texts(), feed: true,
                }));
            )+
            entries
        }
    };
    (@one $kind:path, $trait:ident) => {
        impl sealed::Sealed for $kind {}
        impl Statement for $kind {
            fn name(self) -> &'static str { self.name() }
            fn texts(self) -> Texts { self.texts() }
        }
        impl $trait for $kind {}
    };
}

registry! {
    plain:
        super::account_erasures::Sql,
        super::accounts::Sql,
        super::api_tokens::Sql,
        super::approvals::Sql,
        super::audit::Sql,
        super::cells::Sql,
        super::credentials::Sql,
        super::directory::Sql,
        super::erasures::Sql,
        super::feeds::Sql,
        super::houses::Sql,
        super::idempotency::Sql,
        super::invitations::Sql,
        super::leaving::Sql,
        super::links::Sql,
        super::members::Sql,
        super::migrate::Sql,
        super::passkeys::Sql,
        super::notices::Sql,
        super::overviews::Sql,
        super::plans::Sql,
        super::presences::Sql,
        super::refusals::Sql,
        super::revision::Sql,
        super::second_factors::Sql,
        super::sessions::Sql,
        super::settings::Sql,
        super::support::Sql,
        super::tenants::Sql,
        super::tidy::Sql,
        super::tokens::Sql,
        super::usage::Sql,
    ;
    feed:
        super::cells::Change,
        super::credentials::Change,
        super::houses::Change,
        super::leaving::Change,
        super::plans::Change,
        super::tenants::Change,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a feed is made of.
    const FEED_TABLES: [&str; 9] = [
        "bus_revocations",
        "cells",
        "credentials",
        "houses",
        "plans",
        "quota_exceptions",
        "signing_keys",
        "tenants",
        "tombstones",
    ];

    /// Statements that write one of these tables and yet need no new revision.
    const EXCEPTIONS: [(&str, &str); 25] = [
        (
            "tenants::Sql::Insert",
            "in the feed from the first house on",
        ),
        ("tenants::Sql::HandOver", "the owner is not in the feed"),
        ("members::Sql::PassOn", "the owner is not in the feed"),
        ("cells::Sql::Insert", "brings its first revision along"),
        ("credentials::Sql::Touch", "last use is not in the feed"),
        ("erasures::Sql::BusRevocations", "the tenant is gone"),
        ("erasures::Sql::Credentials", "the tenant is gone"),
        ("erasures::Sql::Exceptions", "the tenant is gone"),
        ("erasures::Sql::Houses", "the tenant is gone"),
        ("erasures::Sql::Kept", "the tenant is gone"),
        ("erasures::Sql::Presences", "the tenant is gone"),
        ("erasures::Sql::Refusals", "the tenant is gone"),
        ("erasures::Sql::Tenant", "the tenant is gone"),
        ("erasures::Sql::UsageDays", "the tenant is gone"),
        ("erasures::Sql::UsageHours", "the tenant is gone"),
        ("feeds::Sql::Forget", "the revision of forgotten tombstones"),
        ("feeds::Sql::DropTombstones", "every reader has seen them"),
        ("revision::Sql::Raise", "is the raising"),
        ("revision::Sql::RaiseOfPlan", "is the raising"),
        ("revision::Sql::RaiseSpec", "is the raising"),
        ("revision::Sql::Stamp", "is part of the raising"),
        ("revision::Sql::StampPlan", "is part of the raising"),
        ("revision::Sql::Bury", "is part of the raising"),
        ("tidy::Sql::BusRevocations", "what they revoked has expired"),
        (
            "tidy::Sql::Credentials",
            "the cell has seen them end by the clock",
        ),
    ];

    fn writes(text: &str, table: &str) -> bool {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.windows(2).any(|pair| {
            ["INTO", "UPDATE", "FROM"].contains(&pair[0])
                && pair[1] == table
                && (pair[0] != "FROM" || words[0] == "DELETE")
        })
    }

    #[test]
    fn what_changes_a_feed_cannot_be_run_without_raising_its_revision() {
        let mut needed: Vec<&str> = Vec::new();
        for entry in all().iter().filter(|entry| !entry.feed) {
            if FEED_TABLES
                .iter()
                .any(|table| writes(entry.texts.sqlite, table))
            {
                let exception = EXCEPTIONS
                    .iter()
                    .find(|(name, _)| entry.name.ends_with(name));
                assert!(
                    exception.is_some(),
                    "{} writes what a cell sees: make it a FeedStatement",
                    entry.name
                );
                needed.extend(exception.map(|(name, _)| *name));
            }
        }
        needed.sort_unstable();
        let mut listed: Vec<&str> = EXCEPTIONS.iter().map(|(name, _)| *name).collect();
        listed.sort_unstable();
        assert_eq!(needed, listed, "an exception nobody needs");
    }

    #[test]
    fn every_feed_statement_writes_what_a_feed_is_made_of() {
        for entry in all().iter().filter(|entry| entry.feed) {
            assert!(
                FEED_TABLES
                    .iter()
                    .any(|table| writes(entry.texts.sqlite, table)),
                "{}",
                entry.name
            );
        }
    }
}

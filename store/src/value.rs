//! What goes into a statement and what comes out of a row, for both engines.

use cell::Revision;
use model::{
    AccountId, BusRole, CellId, CredentialId, CredentialKind, DisplayName, EmailAddress, Hosting,
    HouseId, HouseKey, InvitationId, Language, PasskeyId, PlanName, RefusalId, RefusalReason,
    SecretHash, SessionId, Slug, Standing, SupportId, SupportLevel, TenantId, TenantRole,
    TimeZoneName, Timestamp, TokenId,
};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type};
use uuid::Uuid;

use super::StoreError;
use super::entities::LinkKind;

/// One argument of a statement; also an absent one has a type.
#[derive(Clone)]
pub(super) enum Value {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
    Bool(bool),
}

/// One row of either engine.
pub(super) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What a row becomes: the one conversion from the database to our words.
pub(super) trait Entity: Sized {
    /// The table it stands in, for the error that names a broken row.
    const TABLE: &'static str;
    /// The column that tells which row it is.
    const KEY: &'static str;

    /// Reads it.
    fn read(row: &Row) -> Result<Self, BadColumn>;
}

/// A column that does not hold what it should.
pub(super) struct BadColumn(&'static str);

impl BadColumn {
    /// A column whose content was read and makes no sense.
    pub(super) const fn named(column: &'static str) -> Self {
        Self(column)
    }
}

impl Row {
    /// Reads an entity, or says which row is broken.
    pub(super) fn decode<E: Entity>(&self) -> Result<E, StoreError> {
        E::read(self).map_err(|BadColumn(column)| {
            let key = self
                .raw::<Uuid>(E::KEY)
                .map(|uuid| uuid.to_string())
                .or_else(|_| self.raw::<String>(E::KEY))
                .unwrap_or_else(|_| "?".to_owned());
            StoreError::Corrupt {
                table: E::TABLE,
                row: format!("{} = {key}, column {column}", E::KEY),
            }
        })
    }

    /// Reads a column.
    pub(super) fn get<C: Column>(&self, column: &'static str) -> Result<C, BadColumn> {
        C::read(self, column).ok_or(BadColumn(column))
    }

    fn raw<T>(&self, column: &str) -> Result<T, sqlx::Error>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>,
        T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
    }
}

/// A value that stands in one column.
pub(super) trait Column: Sized {
    /// Reads it; `None` when the column holds something else.
    fn read(row: &Row, column: &str) -> Option<Self>;
}

macro_rules! plain_columns {
    ($($type:ty),+ $(,)?) => {$(
        impl Column for $type {
            fn read(row: &Row, column: &str) -> Option<Self> {
                row.raw(column).ok()
            }
        }
    )+};
}
plain_columns!(
    Uuid,
    String,
    i64,
    Vec<u8>,
    bool,
    Option<Uuid>,
    Option<String>,
    Option<i64>
);

macro_rules! id_columns {
    ($($id:ty),+ $(,)?) => {$(
        impl Column for $id {
            fn read(row: &Row, column: &str) -> Option<Self> {
                Uuid::read(row, column).map(<$id>::from_uuid)
            }
        }

        impl Column for Option<$id> {
            fn read(row: &Row, column: &str) -> Option<Self> {
                Some(<Option<Uuid>>::read(row, column)?.map(<$id>::from_uuid))
            }
        }

        impl From<$id> for Value {
            fn from(id: $id) -> Self {
                Self::Uuid(Some(id.as_uuid()))
            }
        }

        impl From<Option<$id>> for Value {
            fn from(id: Option<$id>) -> Self {
                Self::Uuid(id.map(<$id>::as_uuid))
            }
        }
    )+};
}
id_columns!(
    AccountId,
    CellId,
    CredentialId,
    HouseKey,
    InvitationId,
    PasskeyId,
    RefusalId,
    SessionId,
    SupportId,
    TenantId,
    TokenId,
);

macro_rules! text_columns {
    ($($text:ty),+ $(,)?) => {$(
        impl Column for $text {
            fn read(row: &Row, column: &str) -> Option<Self> {
                String::read(row, column)?.parse().ok()
            }
        }

        impl From<&$text> for Value {
            fn from(text: &$text) -> Self {
                Self::from(text.as_str())
            }
        }
    )+};
}
text_columns!(
    BusRole,
    CredentialKind,
    DisplayName,
    EmailAddress,
    Hosting,
    HouseId,
    LinkKind,
    PlanName,
    RefusalReason,
    Slug,
    Standing,
    SupportLevel,
    TenantRole,
    TimeZoneName,
);

/// A language that this version does not speak is as good as none.
impl Column for Option<Language> {
    fn read(row: &Row, column: &str) -> Option<Self> {
        Some(<Option<String>>::read(row, column)?.and_then(|tag| tag.parse().ok()))
    }
}

impl From<Option<Language>> for Value {
    fn from(language: Option<Language>) -> Self {
        Self::Text(language.map(|language| language.as_str().to_owned()))
    }
}

impl Column for Timestamp {
    fn read(row: &Row, column: &str) -> Option<Self> {
        i64::read(row, column).map(Self)
    }
}

impl Column for Option<Timestamp> {
    fn read(row: &Row, column: &str) -> Option<Self> {
        Some(<Option<i64>>::read(row, column)?.map(Timestamp))
    }
}

impl Column for Revision {
    fn read(row: &Row, column: &str) -> Option<Self> {
        i64::read(row, column).map(Self)
    }
}

impl Column for SecretHash {
    fn read(row: &Row, column: &str) -> Option<Self> {
        let bytes = <Vec<u8>>::read(row, column)?;
        bytes.try_into().ok().map(Self::from_bytes)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_owned()))
    }
}

impl From<&SecretHash> for Value {
    fn from(hash: &SecretHash) -> Self {
        Self::from(hash.as_bytes().as_slice())
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Int(Some(at.0))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(at: Option<Timestamp>) -> Self {
        Self::Int(at.map(|at| at.0))
    }
}

impl From<Revision> for Value {
    fn from(revision: Revision) -> Self {
        Self::Int(Some(revision.0))
    }
}

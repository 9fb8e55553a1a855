//! Cells and their signing keys in SQL.

use async_trait::async_trait;
use model::{CellId, Slug, Timestamp};

use super::StoreError;
use super::entities::{Cell, SigningKeyPair};
use super::repositories::{Cells, Stored};
use super::statement::statements;
use super::value::{BadColumn, Entity, Row};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        // Revision 0 is "nothing seen yet", so a cell starts at 1.
        Insert = "INSERT INTO cells (id, name, revision, spec_revision, forgotten, created_at) \
            VALUES ($1, $2, 1, 1, 0, $3) ON CONFLICT DO NOTHING",
        Find = "SELECT id, name, revision, spec_revision, forgotten FROM cells WHERE id = $1",
        FindByName = "SELECT id, name, revision, spec_revision, forgotten FROM cells \
            WHERE name = $1",
        SigningKeys = "SELECT key_id, cell, pkcs8, public_x, created_at FROM signing_keys \
            WHERE cell = $1 ORDER BY created_at DESC, key_id DESC",
    }
}

statements! {
    pub(super) enum Change {
        AddSigningKey = "INSERT INTO signing_keys (key_id, cell, pkcs8, public_x, created_at) \
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    }
}

impl Entity for Cell {
    const TABLE: &'static str = "cells";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            revision: row.get("revision")?,
            spec_revision: row.get("spec_revision")?,
            forgotten: row.get("forgotten")?,
        })
    }
}

impl Entity for SigningKeyPair {
    const TABLE: &'static str = "signing_keys";
    const KEY: &'static str = "key_id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            key_id: row.get("key_id")?,
            cell: row.get("cell")?,
            pkcs8: row.get("pkcs8")?,
            public_x: row.get("public_x")?,
            created_at: row.get("created_at")?,
        })
    }
}

#[async_trait]
impl Cells for Work {
    async fn insert(&mut self, id: CellId, name: &Slug, at: Timestamp) -> Stored<()> {
        if self
            .touched(Sql::Insert, &[id.into(), name.into(), at.into()])
            .await?
        {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn find(&mut self, id: CellId) -> Stored<Option<Cell>> {
        self.one(Sql::Find, &[id.into()]).await
    }

    async fn find_by_name(&mut self, name: &Slug) -> Stored<Option<Cell>> {
        self.one(Sql::FindByName, &[name.into()]).await
    }

    async fn add_signing_key(&mut self, key: &SigningKeyPair) -> Stored<()> {
        let row = [
            key.key_id.as_str().into(),
            key.cell.into(),
            key.pkcs8.as_slice().into(),
            key.public_x.as_str().into(),
            key.created_at.into(),
        ];
        if self
            .change_cell(key.cell, Change::AddSigningKey, &row)
            .await?
        {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn signing_keys(&mut self, cell: CellId) -> Stored<Vec<SigningKeyPair>> {
        self.all(Sql::SigningKeys, &[cell.into()]).await
    }
}

//! The one way to change what a cell should see: change it and raise the
//! cell's revision, in one transaction.

use cell::Revision;
use model::{CellId, PlanName, TenantId};

use super::StoreError;
use super::repositories::Stored;
use super::statement::{FeedStatement, statements};
use super::value::{BadColumn, Entity, Row, Value};
use super::work::Work;

statements! {
    pub(super) enum Sql {
        Raise = "UPDATE cells SET revision = revision + 1 \
            WHERE id = (SELECT cell FROM tenants WHERE id = $1) RETURNING id, revision",
        RaiseSpec = "UPDATE cells SET revision = revision + 1, spec_revision = revision + 1 \
            WHERE id = $1 RETURNING id, revision",
        RaiseOfPlan = "UPDATE cells SET revision = revision + 1 WHERE id IN \
            (SELECT cell FROM tenants WHERE plan = $1 AND revision > 0 AND deleted_at IS NULL) \
            RETURNING id, revision",
        StampPlan = "UPDATE tenants SET revision = $3 \
            WHERE plan = $1 AND cell = $2 AND revision > 0 AND deleted_at IS NULL",
        Stamp = "UPDATE tenants SET revision = $2 WHERE id = $1",
        Bury = "INSERT INTO tombstones (cell, tenant, revision) VALUES ($1, $2, $3) \
            ON CONFLICT (cell, tenant) DO UPDATE SET revision = excluded.revision",
    }
}

struct Raised {
    cell: CellId,
    revision: Revision,
}

impl Entity for Raised {
    const TABLE: &'static str = "cells";
    const KEY: &'static str = "id";

    fn read(row: &Row) -> Result<Self, BadColumn> {
        Ok(Self {
            cell: row.get("id")?,
            revision: row.get("revision")?,
        })
    }
}

impl Work {
    /// Changes something of `tenant` that its cell should see. `false` when
    /// there was nothing to change; then no revision is raised either.
    pub(super) async fn change_tenant(
        &mut self,
        tenant: TenantId,
        statement: impl FeedStatement,
        arguments: &[Value],
    ) -> Stored<bool> {
        Ok(self
            .changed_in(tenant, statement, arguments)
            .await?
            .is_some())
    }

    /// Changes the tenant so that its cell should forget it.
    pub(super) async fn bury_tenant(
        &mut self,
        tenant: TenantId,
        statement: impl FeedStatement,
        arguments: &[Value],
    ) -> Stored<bool> {
        let Some(raised) = self.changed_in(tenant, statement, arguments).await? else {
            return Ok(false);
        };
        let tombstone = [raised.cell.into(), tenant.into(), raised.revision.into()];
        self.run(Sql::Bury, &tombstone).await?;
        Ok(true)
    }

    async fn changed_in(
        &mut self,
        tenant: TenantId,
        statement: impl FeedStatement,
        arguments: &[Value],
    ) -> Stored<Option<Raised>> {
        if self.tx.run(statement, arguments).await? == 0 {
            return Ok(None);
        }
        // Whatever a cell sees of a tenant may be a limit or count against one.
        self.notices().look_at(tenant).await?;
        let raised = self.raised_by(Sql::Raise, tenant.into()).await?;
        let stamp = [tenant.into(), raised.revision.into()];
        self.run(Sql::Stamp, &stamp).await?;
        Ok(Some(raised))
    }

    /// Changes a plan, which every cell with tenants on it should see.
    pub(super) async fn change_plan(
        &mut self,
        plan: &PlanName,
        statement: impl FeedStatement,
        arguments: &[Value],
    ) -> Stored<()> {
        self.tx.run(statement, arguments).await?;
        self.look_at_plan(plan).await?;
        let raised: Vec<Raised> = self.all(Sql::RaiseOfPlan, &[plan.into()]).await?;
        for Raised { cell, revision } in raised {
            let stamp = [plan.into(), cell.into(), revision.into()];
            self.run(Sql::StampPlan, &stamp).await?;
            self.raised.insert(cell, revision);
        }
        Ok(())
    }

    /// Changes something that the cell as a whole should see.
    pub(super) async fn change_cell(
        &mut self,
        cell: CellId,
        statement: impl FeedStatement,
        arguments: &[Value],
    ) -> Stored<bool> {
        if self.tx.run(statement, arguments).await? == 0 {
            return Ok(false);
        }
        self.raised_by(Sql::RaiseSpec, cell.into()).await?;
        Ok(true)
    }

    async fn raised_by(&mut self, statement: Sql, id: Value) -> Stored<Raised> {
        let raised: Raised = self
            .one(statement, &[id])
            .await?
            .ok_or(StoreError::Conflict)?;
        self.raised.insert(raised.cell, raised.revision);
        Ok(raised)
    }
}

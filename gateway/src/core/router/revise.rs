//! A new document of the feed: every live connection is judged anew.

use model::{Hosting, Quotas, RefusalReason, Timestamp};

use super::Router;
use crate::core::action::{CloseReason, Refused};
use crate::core::codec::Reason;
use crate::core::identity::{ConnId, Identity, Verdict};

impl Router {
    /// Takes the house's hosting and limits as they are now, and asks of each
    /// connection what becomes of it. Wills that may no longer be published
    /// are dropped.
    pub fn revise(
        &mut self,
        now: Timestamp,
        hosting: Hosting,
        quotas: Quotas,
        mut judge: impl FnMut(&Identity) -> Verdict,
    ) {
        self.hosting = hosting;
        self.quotas = quotas;
        self.judge_day(now);
        self.dissolve_link();
        let all: Vec<ConnId> = self.sessions.keys().copied().collect();
        for conn in all {
            let Some(session) = self.sessions.get(&conn) else {
                continue;
            };
            match judge(&session.identity) {
                Verdict::Keep(identity) if identity.grant.house == self.house => {
                    self.keep_on(now, conn, identity);
                }
                Verdict::Keep(_) | Verdict::Revoked => {
                    let client = session.client_id.clone();
                    let subject = "a credential that was revoked or has expired";
                    self.refused(Refused::new(
                        RefusalReason::Authentication,
                        &client,
                        subject,
                    ));
                    let said = (Reason::NotAuthorised, "the credential is no longer valid");
                    self.close(now, conn, CloseReason::Revoked, Some(said));
                }
                Verdict::Suspended => {
                    let client = session.client_id.clone();
                    let subject = "the account is suspended";
                    self.refused(Refused::new(RefusalReason::Standing, &client, subject));
                    let said = (Reason::AdministrativeAction, "the account is suspended");
                    self.close(now, conn, CloseReason::Suspended, Some(said));
                }
            }
            self.pump(now, conn);
        }
        self.close_hopeless(now);
    }

    fn keep_on(&mut self, now: Timestamp, conn: ConnId, identity: Identity) {
        let Some(session) = self.sessions.get_mut(&conn) else {
            return;
        };
        session.identity = identity;
        let deadline = session.deadline();
        let grant = &session.identity.grant;
        let denied = session.will.as_ref().and_then(|will| {
            let denied = grant.may_publish(&will.topic, will.retain).err()?;
            Some(format!("will {}: {denied}", will.topic))
        });
        if let Some(subject) = denied {
            session.will = None;
            let refused = Refused::new(RefusalReason::Permission, &session.client_id, &subject);
            self.refused(refused);
        }
        if let Some(deadline) = deadline {
            self.wake_at(deadline.max(now));
        }
    }
}

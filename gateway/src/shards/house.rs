//! One house on its shard: the router, and carrying out what it wants done.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use bytes::Bytes;
use cell::{Ask, AskError, AskReply, Keeping};
use model::{Hosting, HouseId, Quotas, RefusalReason, TenantId, Timestamp};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::accounts::{Account, Due};
use super::outbox::{Outbox, Pushed};
use super::timekeeper::Timekeeper;
use super::{Order, ShardParts};
use crate::admission;
use crate::core::codec::Connect;
use crate::core::{
    Action, AskId, CloseReason, ConnId, Identity, LinkId, Refused, Router, Setup, Ticket, Verdict,
};
use crate::directory::{Directory, HouseEntry};
use crate::reports::RefusalEvent;
use crate::store::StoreError;

/// What waits for each connection, with its client id for the record.
type Outboxes = HashMap<ConnId, (Rc<Outbox>, Box<str>)>;

/// What the router has to hear of when its actions are carried out.
struct Aftermath {
    /// Connections with too much waiting.
    unwell: Vec<(ConnId, Pushed)>,
    /// Connections for which more is to come.
    more: Vec<ConnId>,
}

/// One house. Lives on one thread, shared by the tasks of its connections.
pub(super) struct House {
    id: HouseId,
    parts: Rc<ShardParts>,
    /// The own line of the shard, for what comes back from the store.
    line: mpsc::UnboundedSender<Order>,
    router: RefCell<Router>,
    outboxes: RefCell<Outboxes>,
    questions: RefCell<HashMap<AskId, oneshot::Sender<Result<AskReply, AskError>>>>,
    next_number: Cell<u64>,
    hosting: Cell<Hosting>,
    quotas: Cell<Quotas>,
    /// Deliveries wait for the link.
    pub(super) deliveries: Notify,
    /// Whether the tenant has used up its day, for the runtime.
    pub(super) keeping: watch::Sender<Keeping>,
    /// Ends the task of the link that is open.
    link: RefCell<CancellationToken>,
    time: Timekeeper,
    last_seen: Cell<Option<Timestamp>>,
    /// What was written down and told of what it did.
    account: Account,
}

impl House {
    pub(super) fn new(
        setup: Setup,
        parts: Rc<ShardParts>,
        line: mpsc::UnboundedSender<Order>,
        tenant: TenantId,
        due: Rc<Due>,
    ) -> Self {
        let (hosting, quotas) = (setup.hosting, setup.quotas);
        let id = setup.house.clone();
        let account = Account::new(id.clone(), tenant, due);
        let router = Router::new(setup);
        Self {
            id,
            line,
            hosting: Cell::new(hosting),
            quotas: Cell::new(quotas),
            time: Timekeeper::new(&*parts.ambient),
            parts,
            outboxes: RefCell::default(),
            questions: RefCell::default(),
            next_number: Cell::new(0),
            deliveries: Notify::new(),
            keeping: watch::Sender::new(router.keeping()),
            router: RefCell::new(router),
            link: RefCell::default(),
            last_seen: Cell::new(None),
            account,
        }
    }

    fn number(&self) -> u64 {
        self.next_number.replace(self.next_number.get() + 1)
    }

    /// Its name.
    pub(super) const fn id(&self) -> &HouseId {
        &self.id
    }

    /// Whether nothing would be lost by forgetting this house.
    pub(super) fn is_idle(&self) -> bool {
        let now = self.parts.ambient.now();
        !self.account.is_due() && self.router.borrow().is_idle(now)
    }

    /// The largest packet a client may send now, in bytes.
    pub(super) fn packet_limit(&self) -> usize {
        self.router.borrow().packet_limit()
    }

    /// Lets a client in.
    pub(super) fn connect(&self, connect: Connect, identity: Identity) -> (ConnId, Rc<Outbox>) {
        let conn = ConnId(self.number());
        let limits = &self.parts.limits;
        let retained = usize::try_from(self.quotas.get().retained_bytes).unwrap_or(usize::MAX);
        let limit = limits.output_bytes.saturating_add(retained);
        let outbox = Rc::new(Outbox::new(limits.output_high_water, limit));
        let client = connect.client_id.as_str().into();
        self.outboxes
            .borrow_mut()
            .insert(conn, (outbox.clone(), client));
        self.with(|router, now| router.connect(now, conn, connect, identity));
        (conn, outbox)
    }

    /// Makes a call to the router and carries out what it leaves behind.
    pub(super) fn with<T>(&self, call: impl FnOnce(&mut Router, Timestamp) -> T) -> T {
        let (now, set_by) = self.time.look(&*self.parts.ambient);
        let (value, mut actions) = {
            let mut router = self.router.borrow_mut();
            if set_by != 0 {
                router.clock_was_set(now, set_by);
            }
            let value = call(&mut router, now);
            (value, router.drain_actions().collect::<Vec<_>>())
        };
        // What is carried out may make the router want more: a client that
        // does not read is cut off, and its will goes out.
        while !actions.is_empty() {
            let Aftermath { unwell, more } = self.carry_out(actions, now);
            let mut router = self.router.borrow_mut();
            for (conn, pushed) in unwell {
                match pushed {
                    Pushed::Waiting => {}
                    Pushed::Congested => router.congested(now, conn, true),
                    Pushed::Overflow => router.lost(now, conn),
                }
            }
            for conn in more {
                router.more(now, conn);
            }
            actions = router.drain_actions().collect();
        }
        let router = self.router.borrow();
        self.time.plan(router.next_wake());
        self.account.look_at(&router);
        value
    }

    /// Writes down what clients have sent, and reports what is retained.
    pub(super) fn settle_account(&self) {
        let now = self.parts.ambient.now();
        let mut router = self.router.borrow_mut();
        self.account.settle(&mut router, &self.parts.reports, now);
    }

    fn carry_out(&self, actions: Vec<Action>, now: Timestamp) -> Aftermath {
        let mut unwell = Vec::new();
        let mut more = Vec::new();
        self.withdraw(&actions);
        for action in actions {
            match action {
                Action::Send { conn, bytes } => match self.send(conn, bytes) {
                    Pushed::Waiting => {}
                    pushed => unwell.push((conn, pushed)),
                },
                Action::Close { conn, why } => self.close(conn, why),
                Action::Persist { ticket, change } => {
                    let (line, house) = (self.line.clone(), self.id.clone());
                    let settled = move |outcome| {
                        // The shard may have ended meanwhile.
                        let _ended = line.send(Order::Settled {
                            house,
                            ticket,
                            outcome,
                        });
                    };
                    self.parts.store.change(self.id.clone(), change, settled);
                }
                Action::More { conn } => more.push(conn),
                Action::DeliveriesReady => self.deliveries.notify_one(),
                Action::Answer { ask, result } => {
                    if let Some(reply) = self.questions.borrow_mut().remove(&ask) {
                        // Whoever asked may have given up.
                        let _gave_up = reply.send(result);
                    }
                }
                Action::KeepingChanged(keeping) => {
                    self.keeping.send_replace(keeping);
                }
                Action::Refused(refused) => self.report_refusal(refused, now),
                Action::PresenceChanged => self.report_presence(now),
            }
        }
        Aftermath { unwell, more }
    }

    /// What waits for a client whose right was withdrawn is not delivered.
    fn withdraw(&self, actions: &[Action]) {
        for action in actions {
            if let Action::Close {
                conn,
                why: CloseReason::Revoked | CloseReason::Suspended,
            } = action
                && let Some((outbox, _)) = self.outboxes.borrow().get(conn)
            {
                outbox.withdraw();
            }
        }
    }

    fn send(&self, conn: ConnId, bytes: Bytes) -> Pushed {
        let pushed = match self.outboxes.borrow().get(&conn) {
            Some((outbox, _)) => outbox.push(bytes),
            None => Pushed::Waiting,
        };
        if pushed == Pushed::Overflow {
            self.cut_off(conn);
        }
        pushed
    }

    /// Ends a connection that does not take its bytes. The caller tells the
    /// router.
    fn cut_off(&self, conn: ConnId) {
        if let Some((outbox, client)) = self.outboxes.borrow_mut().remove(&conn) {
            outbox.cut();
            count_closed(CloseReason::TooSlow);
            let subject = "the client does not read what it subscribed to";
            let refused = Refused::new(RefusalReason::Unavailable, &client, subject);
            self.report_refusal(refused, self.parts.ambient.now());
        }
    }

    /// Ends a connection whose writes have stalled.
    pub(super) fn stalled(&self, conn: ConnId) {
        self.cut_off(conn);
        self.lost(conn);
    }

    /// The client is gone.
    pub(super) fn lost(&self, conn: ConnId) {
        self.outboxes.borrow_mut().remove(&conn);
        self.with(|router, now| router.lost(now, conn));
    }

    fn close(&self, conn: ConnId, why: CloseReason) {
        if let Some((outbox, _)) = self.outboxes.borrow_mut().remove(&conn) {
            outbox.close();
            count_closed(why);
            tracing::debug!(house = %self.id, conn = conn.0, why = why.as_str(), "Closing a connection");
        }
    }

    fn report_refusal(&self, refused: Refused, now: Timestamp) {
        self.parts.reports.refused(RefusalEvent {
            house: self.id.clone(),
            at: now,
            reason: refused.reason,
            limit: refused.limit.map(|limit| *limit),
            client: refused.client,
            subject: refused.subject,
            count: refused.count,
            clears_at: refused.clears_at,
        });
    }

    fn report_presence(&self, now: Timestamp) {
        let presence = self.router.borrow().presence(now);
        self.last_seen.set(presence.last_seen);
        self.parts.reports.present(presence);
    }

    /// Puts a question; the answer comes through `reply`.
    pub(super) fn ask(
        &self,
        ask: &Ask,
        reply: oneshot::Sender<Result<AskReply, AskError>>,
    ) -> AskId {
        let id = AskId(self.number());
        self.questions.borrow_mut().insert(id, reply);
        self.with(|router, now| router.ask(now, id, ask));
        id
    }

    /// Nobody waits for the answer any more.
    pub(super) fn forget_ask(&self, id: AskId) {
        self.questions.borrow_mut().remove(&id);
        self.with(|router, _| router.forget_ask(id));
    }

    /// Opens the session of the runtime; the task of an earlier one is ended
    /// through its token.
    pub(super) fn open_link(&self) -> (LinkId, CancellationToken) {
        let ended = CancellationToken::new();
        self.link.replace(ended.clone()).cancel();
        (self.with(|router, _| router.link_open()), ended)
    }

    /// A change is on disk, or is not.
    pub(super) fn settled(&self, ticket: Ticket, outcome: &Result<(), StoreError>) {
        self.with(|router, now| match outcome {
            Ok(()) => router.durable(ticket),
            Err(_) => router.not_durable(now, ticket),
        });
    }

    /// Decides again over everybody who is connected.
    pub(super) fn revise(&self, directory: &Directory, entry: &HouseEntry) {
        self.hosting.set(entry.hosting);
        self.quotas.set(entry.quotas);
        if entry.hosting != Hosting::Hosted {
            self.link.borrow().cancel();
        }
        self.move_to(entry.tenant);
        self.with(|router, now| {
            router.revise(now, entry.hosting, entry.quotas, |identity| {
                admission::readmit(directory, now, identity)
            });
        });
    }

    /// Counts for another tenant from now on, if it is another.
    fn move_to(&self, tenant: TenantId) {
        if self.account.tenant() == tenant {
            return;
        }
        self.settle_account();
        self.account.move_to(tenant);
        let spending = self.parts.reports.ledger().spending(tenant);
        self.with(|router, now| router.spend_from(now, spending));
    }

    /// Ends all that is connected to a house that is gone.
    pub(super) fn evict(&self) {
        self.link.borrow().cancel();
        let (hosting, quotas) = (self.hosting.get(), self.quotas.get());
        self.with(|router, now| router.revise(now, hosting, quotas, |_| Verdict::Revoked));
        self.settle_account();
    }

    /// Tells every client that the gateway stops.
    pub(super) fn stop(&self) {
        self.link.borrow().cancel();
        self.with(Router::stop);
        self.settle_account();
    }

    /// Wakes the router when its time has come, until `is_over` says that the
    /// house may be forgotten.
    pub(super) async fn keep_time(&self, is_over: impl Fn() -> bool) {
        loop {
            let now = self.parts.ambient.now();
            let next = self.router.borrow().next_wake();
            if !self
                .time
                .sleep(now, next, self.parts.limits.house_rest)
                .await
            {
                continue;
            }
            self.with(Router::tick);
            self.refresh_presence();
            self.account.meter(self.router.borrow().counters());
            if is_over() {
                return;
            }
        }
    }

    fn refresh_presence(&self) {
        let now = self.parts.ambient.now();
        let presence = self.router.borrow().presence(now);
        if presence.last_seen != self.last_seen.replace(presence.last_seen) {
            self.parts.reports.present(presence);
        }
    }
}

fn count_closed(why: CloseReason) {
    metrics::counter!("gateway_connections_closed_total", "reason" => why.as_str()).increment(1);
}

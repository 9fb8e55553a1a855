//! Erasing accounts whose time to come back is over.

use std::time::Duration;

use platform::mail::Mail;
use web::mail::AccountErasedMail;

use crate::app::App;
use crate::audit::Note;
use crate::http::problem::Problem;
use crate::mails;
use crate::store::{Account, AccountReceipt};
use model::AuditAction;

/// How often it is looked.
const EVERY: Duration = Duration::from_mins(1);

/// Starts looking; ends when the process drains. What is overdue because the
/// process was not running is done at the start.
pub(crate) fn start(app: &App) {
    let it = app.clone();
    app.lifecycle
        .spawn("erasure of deleted accounts", |drain| async move {
            let mut ticks = tokio::time::interval(EVERY);
            while drain.run_until_cancelled(ticks.tick()).await.is_some() {
                if let Err(error) = erase_due(&it).await {
                    // The next round tries again.
                    tracing::error!(%error, "A deleted account could not be erased: {error}");
                }
            }
        });
}

/// Erases what is due and returns the receipts; each person gets a last mail.
pub async fn erase_due(app: &App) -> Result<Vec<AccountReceipt>, Problem> {
    let mut work = app.store.begin_read().await?;
    let due = work.account_erasures().due(app.now()).await?;
    drop(work);
    let mut receipts = Vec::new();
    for account in due {
        let mut work = app.store.begin_write().await?;
        let erasures = work.account_erasures();
        let receipt = erasures.erase(account.id, app.now()).await?;
        if receipt.is_some() {
            Note::by_service(AuditAction::AccountDeleted, account.id)
                .write(app, &mut work)
                .await?;
        }
        work.commit().await?;
        if let Some(receipt) = receipt {
            let (id, left) = (receipt.account, receipt.left());
            if left == 0 {
                tracing::info!(account.id = %id, "Account {id} was erased");
            } else {
                tracing::error!(account.id = %id, "Account {id} was erased and {left} rows are left");
            }
            app.send_mail(farewell(&account)?);
            receipts.push(receipt);
        }
    }
    Ok(receipts)
}

fn farewell(account: &Account) -> Result<Mail, Problem> {
    let text = AccountErasedMail {
        name: account.name.to_string(),
    };
    mails::to(account, &text)
}

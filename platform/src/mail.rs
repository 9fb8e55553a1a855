//! Mail: by SMTP, or into files when no SMTP server is set.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use model::{Ambient, EmailAddress};

use crate::data_dir::{create_private, write_private};
use crate::settings::{MailSettings, SmtpEncryption, SmtpSettings};

/// One mail of plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The one recipient.
    pub to: EmailAddress,
    /// The subject, one line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Why a mail could not be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The mail itself is not one.
    #[error("compose the mail")]
    Compose(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server did not take it.
    #[error("hand the mail to the SMTP server")]
    Smtp(#[source] lettre::transport::smtp::Error),
    /// The file could not be written.
    #[error("write the mail to {path:?}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail; when this returns without error the mail is in the
    /// hands of the next server, or on disk.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}

/// The mailer that the settings ask for.
pub fn mailer(
    settings: &MailSettings,
    data_dir: &Path,
    ambient: Arc<dyn Ambient>,
) -> Result<Arc<dyn Mailer>, MailError> {
    let from: Mailbox = settings
        .from
        .parse()
        .map_err(|bad| MailError::Compose(Box::new(bad)))?;
    match &settings.smtp {
        Some(smtp) => Ok(Arc::new(SmtpMailer::new(from, smtp)?)),
        None => Ok(Arc::new(FileMailer {
            from,
            folder: data_dir.join("mail"),
            ambient,
        })),
    }
}

fn compose(from: &Mailbox, mail: Mail) -> Result<Message, MailError> {
    let address = mail
        .to
        .as_str()
        .parse()
        .map_err(|bad| MailError::Compose(Box::new(bad)))?;
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, address))
        .subject(mail.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text)
        .map_err(|bad| MailError::Compose(Box::new(bad)))
}

/// Hands mail to an SMTP server.
struct SmtpMailer {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    fn new(from: Mailbox, settings: &SmtpSettings) -> Result<Self, MailError> {
        let host = settings.host.as_str();
        let builder = match settings.encryption {
            SmtpEncryption::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(host),
            SmtpEncryption::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(host),
            SmtpEncryption::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(
                host,
            )),
        };
        let mut builder = builder.map_err(MailError::Smtp)?;
        if let Some(port) = settings.port {
            builder = builder.port(port);
        }
        if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
            let password = password.expose().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self {
            from,
            transport: builder.build(),
        })
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let message = compose(&self.from, mail)?;
        self.transport
            .send(message)
            .await
            .map(|_accepted| ())
            .map_err(MailError::Smtp)
    }
}

/// Writes each mail into a file of its own: `<folder>/<millis>-<random>.eml`.
struct FileMailer {
    from: Mailbox,
    folder: PathBuf,
    ambient: Arc<dyn Ambient>,
}

#[async_trait]
impl Mailer for FileMailer {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        let message = compose(&self.from, mail)?.formatted();
        let mut random = [0; 4];
        self.ambient.fill_random(&mut random);
        let name = format!(
            "{}-{:08x}.eml",
            self.ambient.now().0,
            u32::from_be_bytes(random)
        );
        let folder = self.folder.clone();
        let path = folder.join(name);
        let written = {
            let path = path.clone();
            tokio::task::spawn_blocking(move || {
                create_private(&folder).and_then(|()| write_private(&path, &message))
            })
        };
        written
            .await
            .map_err(std::io::Error::other)
            .flatten()
            .map_err(|cause| MailError::File { path, cause })
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;
    use model::time::ManualAmbient;

    use super::*;

    #[tokio::test]
    async fn without_smtp_a_mail_becomes_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let ambient = Arc::new(ManualAmbient::at(Timestamp(1_795_264_686_000)));
        let mailer = mailer(&MailSettings::default(), folder.path(), ambient).unwrap();
        let mail = Mail {
            to: "anna@example.org".parse().unwrap(),
            subject: "Grüße".into(),
            text: "https://example.org/verify?token=abc".into(),
        };
        mailer.send(mail.clone()).await.unwrap();
        mailer.send(mail).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("mail"))
            .unwrap()
            .collect();
        assert_eq!(files.len(), 2);
        let text = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
        assert!(text.contains("To: anna@example.org"), "{text}");
        assert!(text.contains("verify?token"), "{text}");
    }
}

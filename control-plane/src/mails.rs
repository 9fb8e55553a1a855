//! Mails in the language of whoever gets them.

use model::{EmailAddress, Language};
use platform::mail::Mail;
use web::mail::Letter;

use crate::http::problem::Problem;
use crate::store::Account;

/// `letter` to the address of `person`, in the person's language.
pub fn to(person: &Account, letter: &impl Letter) -> Result<Mail, Problem> {
    to_address(person.email.clone(), person.mail_language(), letter)
}

/// `letter` to an address that no account has yet.
pub fn to_address(
    address: EmailAddress,
    language: Language,
    letter: &impl Letter,
) -> Result<Mail, Problem> {
    let (subject, text) = letter.written_in(language).map_err(Problem::internal)?;
    Ok(Mail {
        to: address,
        subject,
        text,
    })
}

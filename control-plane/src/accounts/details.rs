//! What a person types to get an account, checked all at once.

use model::{DisplayName, EmailAddress};

use crate::http::problem::Problem;
use crate::passwords::Password;

/// The three texts as typed.
#[derive(Clone, Copy, Debug)]
pub struct Details<'a> {
    /// The e-mail address.
    pub email: &'a str,
    /// The person's own name.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
}

/// A person who may get an account: every part is what it should be.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The e-mail address.
    pub email: EmailAddress,
    /// The person's own name.
    pub name: DisplayName,
    /// The password.
    pub password: Password,
}

/// What is wrong with what was typed, field by field; each continues the
/// field's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// With the e-mail address.
    pub email: Option<String>,
    /// With the name.
    pub name: Option<String>,
    /// With the password.
    pub password: Option<String>,
}

impl Details<'_> {
    /// Checks all three.
    pub fn check(&self) -> Result<NewAccount, Faults> {
        let email = self.email.parse::<EmailAddress>();
        let name = self.name.parse::<DisplayName>();
        let password = Password::choose(self.password, self.email.trim());
        match (email, name, password) {
            (Ok(email), Ok(name), Ok(password)) => Ok(NewAccount {
                email,
                name,
                password,
            }),
            (email, name, password) => Err(Faults {
                email: email.err().map(|fault| fault.to_string()),
                name: name.err().map(|fault| fault.to_string()),
                password: password.err().map(|fault| fault.to_string()),
            }),
        }
    }
}

/// The first fault, for programs.
impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        let fields = [
            ("email", faults.email),
            ("name", faults.name),
            ("password", faults.password),
        ];
        let first = fields
            .into_iter()
            .find_map(|(field, fault)| fault.map(|why| (field, why)));
        first.map_or_else(
            || Self::Malformed("The account's details are not complete.".to_owned()),
            |(field, why)| Self::Invalid { field, why },
        )
    }
}

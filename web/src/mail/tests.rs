//! Every mail in every language, as reviewed.

use super::*;

/// What every mail has to be: subject and text reviewed, the `line` that
/// people look for on a line of its own.
fn check(name: &str, mail: &impl Letter, line: &str) {
    for language in Language::ALL {
        let (subject, text) = mail.written_in(language).unwrap();
        assert!(!subject.contains('\n') && !subject.is_empty());
        assert!(text.lines().any(|one| one == line), "{name}: {line}");
        let long = text.lines().find(|one| one.chars().count() > 84);
        assert_eq!(long, None, "{name} in {language} has a long line");
        let both = format!("{subject}\n\n{text}");
        insta::assert_snapshot!(format!("mail.{name}.{language}"), both);
    }
}

fn name() -> String {
    "Anna & Bo".to_owned()
}

const LINK: &str = "https://cloud.example.org/verify?token=abc&x=1";

#[test]
fn mails_about_addresses_and_passwords() {
    let link = || LINK.to_owned();
    let verify = VerifyMail {
        name: name(),
        link: link(),
        valid_for: crate::words::window(86_400),
    };
    check("verify", &verify, LINK);
    let known = KnownAccountMail {
        name: name(),
        log_in: link(),
    };
    check("known_account", &known, LINK);
    let reset = ResetPasswordMail {
        name: name(),
        link: link(),
        valid_for: crate::words::window(3_600),
    };
    check("reset_password", &reset, LINK);
    let changed = PasswordChangedMail {
        name: name(),
        forgot: link(),
    };
    check("password_changed", &changed, LINK);
    let address = NewAddressMail {
        name: name(),
        link: link(),
        valid_for: crate::words::window(86_400),
    };
    check("new_address", &address, LINK);
    let moved = AddressChangedMail {
        name: name(),
        new: "new@example.org".to_owned(),
    };
    check("address_changed", &moved, "new@example.org");
}

#[test]
fn mails_about_further_proofs() {
    for (sample, change) in [
        ("on", SecondFactorChange::On),
        ("off", SecondFactorChange::Off),
        ("codes", SecondFactorChange::NewRecoveryCodes),
        ("used", SecondFactorChange::RecoveryCodeUsed),
    ] {
        let mail = SecondFactorMail {
            name: name(),
            change,
            page: LINK.to_owned(),
        };
        check(&format!("second_factor.{sample}"), &mail, LINK);
    }
    for (sample, change) in [
        ("added", PasskeyChange::Added),
        ("removed", PasskeyChange::Removed),
        ("copied", PasskeyChange::Copied),
    ] {
        let mail = PasskeyMail {
            name: name(),
            passkey: "Laptop".to_owned(),
            change,
            page: LINK.to_owned(),
        };
        check(&format!("passkey.{sample}"), &mail, LINK);
    }
}

#[test]
fn mails_about_coming_and_going() {
    let deleted = AccountDeletedMail {
        name: name(),
        erased_on: crate::moment::date(jiff::civil::date(2026, 12, 21)),
        days: 30,
        log_in: LINK.to_owned(),
    };
    check("account_deleted", &deleted, LINK);
    check("account_stays", &AccountStaysMail { name: name() }, "");
    check("account_erased", &AccountErasedMail { name: name() }, "");
    let set_up = SetUpMail {
        name: name(),
        portal: "https://cloud.example.org/".to_owned(),
        sign_up: Text::one_of("sign-up-policy-title", "closed"),
    };
    check("set_up", &set_up, "");
}

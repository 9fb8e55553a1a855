//! What was mailed: the `.eml` files of a service without SMTP.

use std::path::Path;

use anyhow::{Context, Result, bail};

/// The token in the newest mail to `address` that has a link with one.
/// `None` while there is none.
pub fn token(folder: &Path, address: &str) -> Result<Option<String>> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(None);
    };
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()
        .context("read the folder of mails")?;
    // Their names begin with the time.
    files.sort();
    for file in files
        .into_iter()
        .rev()
        .filter(|file| file.extension().is_some_and(|kind| kind == "eml"))
    {
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        if is_to(&text, address)
            && let Some(token) = token_in(&body(&text)?)
        {
            return Ok(Some(token));
        }
    }
    Ok(None)
}

/// How many mails went to `address`.
pub fn count(folder: &Path, address: &str) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = entries.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
    texts.filter(|text| is_to(text, address)).count()
}

fn is_to(text: &str, address: &str) -> bool {
    text.lines()
        .take_while(|line| !line.is_empty())
        .any(|line| {
            line.strip_prefix("To: ")
                .is_some_and(|to| to.trim().trim_matches(['<', '>']) == address)
        })
}

fn token_in(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("?token=")?;
    let end =
        rest.find(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.~%".contains(letter));
    // A full stop behind the link belongs to the sentence.
    Some(
        rest.get(..end.unwrap_or(rest.len()))?
            .trim_end_matches('.')
            .to_owned(),
    )
}

/// The text of a mail of one part.
pub fn body(mail: &str) -> Result<String> {
    let mail = mail.replace("\r\n", "\n");
    let (headers, body) = mail.split_once("\n\n").context("a mail without a body")?;
    let encoding = headers.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-transfer-encoding")
            .then(|| value.trim().to_lowercase())
    });
    match encoding.as_deref() {
        None | Some("7bit" | "8bit") => Ok(body.to_owned()),
        Some("quoted-printable") => quoted_printable(body),
        Some(other) => bail!("a mail in the encoding {other}"),
    }
}

/// RFC 2045, section 6.7.
fn quoted_printable(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => break,
            [b'=', b'\n', after @ ..] => after,
            [b'=', high, low, after @ ..] => {
                let digits = [*high, *low];
                let digits =
                    std::str::from_utf8(&digits).context("a broken quoted-printable mail")?;
                bytes.push(
                    u8::from_str_radix(digits, 16).context("a broken quoted-printable mail")?,
                );
                after
            }
            [byte, after @ ..] => {
                bytes.push(*byte);
                after
            }
        };
    }
    String::from_utf8(bytes).context("a mail that is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: x <noreply@localhost>\r\nTo: anna@example.org\r\nSubject: Hi\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\
        Gr=C3=BC=C3=9Fe!\r\nhttp://localhost:1/verify?token=3Dab=\r\nc-1_2 works once.\r\n";

    #[test]
    fn a_link_survives_quoted_printable() {
        let body = body(MAIL).unwrap();
        assert!(body.starts_with("Grüße!"));
        assert_eq!(token_in(&body).as_deref(), Some("abc-1_2"));
        assert!(is_to(MAIL, "anna@example.org"));
        assert!(!is_to(MAIL, "nna@example.org"));
    }

    #[test]
    fn a_full_stop_ends_the_sentence_not_the_link() {
        assert_eq!(
            token_in("open http://x/?token=abc.\n").as_deref(),
            Some("abc")
        );
        assert_eq!(token_in("no link"), None);
    }

    #[test]
    fn an_unknown_encoding_is_said() {
        assert!(body("Content-Transfer-Encoding: uuencode\n\nx").is_err());
    }
}

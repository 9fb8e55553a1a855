//! Where settings come from, and what is wrong with them.

use std::fmt;
use std::path::{Path, PathBuf};

use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Profile};

use super::{ENVIRONMENT_PREFIX, SecretText, Settings};

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key, such as `http.listen`.
    pub key: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

/// Everything that is wrong with the settings.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadSettings(pub Vec<Fault>);

impl fmt::Display for BadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let s = if count == 1 { "" } else { "s" };
        write!(f, "the configuration has {count} fault{s}:")?;
        self.0
            .iter()
            .try_for_each(|fault| write!(f, "\n  {}: {}", fault.key, fault.problem))
    }
}

/// Reads the settings from `file` (if given, it must exist) and from the
/// process's environment.
pub fn load(file: Option<&Path>) -> Result<Settings, BadSettings> {
    let fault = |key: &str, problem: String| {
        BadSettings(vec![Fault {
            key: key.into(),
            problem,
        }])
    };
    let mut given = Figment::new();
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|cause| {
            fault(
                "--config",
                format!("cannot read {}: {cause}", path.display()),
            )
        })?;
        given = given.merge(Toml::string(&text));
    }
    let given = given.merge(Env::prefixed(ENVIRONMENT_PREFIX).split("__"));
    let values: Dict = given.extract().map_err(|bad| {
        fault(
            &file.map_or("environment".into(), |f| f.display().to_string()),
            bad.to_string(),
        )
    })?;
    assemble(values)
}

/// Lays what was given over the defaults. Each value is first tried on its
/// own, so that every fault is found, not only the first.
fn assemble(given: Dict) -> Result<Settings, BadSettings> {
    let mut faults = Vec::new();
    for (key, value) in leaves("", &given) {
        if let Err(bad) = alone(&key, value).extract::<Settings>() {
            faults.extend(
                bad.into_iter()
                    .filter(|bad| !is_about_absence(bad))
                    .map(|bad| Fault {
                        key: key.clone(),
                        problem: explain(&bad.kind),
                    }),
            );
        }
    }
    if faults.is_empty() {
        let whole = defaults().merge(Serialized::from(given, Profile::Default));
        match whole.extract::<Settings>() {
            Ok(mut settings) => {
                faults.extend(settings.read_secret_files());
                faults.extend(settings.faults());
                if faults.is_empty() {
                    return Ok(settings);
                }
            }
            Err(bad) => faults.extend(bad.into_iter().map(|bad| Fault {
                key: bad.path.join("."),
                problem: explain(&bad.kind),
            })),
        }
    }
    Err(BadSettings(faults))
}

fn defaults() -> Figment {
    Figment::from(Serialized::defaults(Settings::default()))
}

fn alone(key: &str, value: Value) -> Figment {
    defaults().merge(Serialized::default(key, value))
}

/// `mail.smtp.port` alone lacks `mail.smtp.host`: that is judged on the whole.
fn is_about_absence(bad: &figment::Error) -> bool {
    matches!(bad.kind, figment::error::Kind::MissingField(_))
}

fn explain(kind: &figment::error::Kind) -> String {
    use figment::error::Kind;
    match kind {
        Kind::UnknownField(_, known) => {
            format!("is not a setting; known here: {}", known.join(", "))
        }
        Kind::MissingField(field) => format!("{field} must be set too"),
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("is {found}, must be {expected}")
        }
        Kind::UnknownVariant(found, known) => {
            format!("is {found:?}, must be one of {}", known.join(", "))
        }
        other => other.to_string(),
    }
}

fn leaves(prefix: &str, dict: &Dict) -> Vec<(String, Value)> {
    dict.iter()
        .flat_map(|(key, value)| {
            let path = if prefix.is_empty() {
                key.clone()
            } else {
                format!("{prefix}.{key}")
            };
            match value {
                Value::Dict(_, inner) => leaves(&path, inner),
                leaf => vec![(path, leaf.clone())],
            }
        })
        .collect()
}

impl Settings {
    fn read_secret_files(&mut self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut read = |key: &str, file: &Option<PathBuf>, into: &mut Option<SecretText>| {
            let Some(path) = file else { return };
            let problem = match std::fs::read_to_string(path) {
                Ok(_) if into.is_some() => "set either this or the value itself, not both".into(),
                Ok(text) => {
                    *into = Some(SecretText(text.trim_end().to_owned().into()));
                    return;
                }
                Err(cause) => format!("cannot read {}: {cause}", path.display()),
            };
            faults.push(Fault {
                key: key.into(),
                problem,
            });
        };
        read(
            "database.url_file",
            &self.database.url_file,
            &mut self.database.url,
        );
        if let Some(smtp) = &mut self.mail.smtp {
            read(
                "mail.smtp.password_file",
                &smtp.password_file,
                &mut smtp.password,
            );
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::super::SignUpPolicy;
    use super::*;

    fn from_toml(text: &str) -> Result<Settings, BadSettings> {
        assemble(Figment::from(Toml::string(text)).extract().unwrap())
    }

    #[test]
    fn nothing_set_means_the_defaults() {
        let settings = from_toml("").unwrap();
        assert_eq!(settings.http.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(settings.gateway.mqtt_listen.to_string(), "127.0.0.1:1883");
        assert_eq!(settings.sign_up.policy, None);
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let text = r#"
            [http]
            listen = "nonsense"
            colour = "red"
            [sign_up]
            policy = "everybody"
            [gateway]
            threads = "many"
        "#;
        let BadSettings(faults) = from_toml(text).unwrap_err();
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "gateway.threads",
                "http.colour",
                "http.listen",
                "sign_up.policy"
            ]
        );
        assert!(
            faults[1].problem.contains("known here: listen"),
            "{faults:?}"
        );
        assert!(
            faults[3].problem.contains("open, invite, approve, closed"),
            "{faults:?}"
        );
    }

    #[test]
    fn values_that_do_not_go_together_are_faults_too() {
        let text = r#"
            [http]
            public_url = "home.example.org"
            trusted_proxies = ["10.0.0.0/8", "proxy.example.org"]
            [mail]
            from = "nobody"
            [mail.smtp]
            host = "mail.example.org"
            user = "anna"
        "#;
        let keys: Vec<String> = from_toml(text)
            .unwrap_err()
            .0
            .into_iter()
            .map(|fault| fault.key)
            .collect();
        assert_eq!(
            keys,
            [
                "http.public_url",
                "http.trusted_proxies",
                "mail.from",
                "mail.smtp"
            ]
        );
        let BadSettings(faults) = from_toml("[mail.smtp]\nport = 25").unwrap_err();
        assert_eq!(faults[0].key, "mail.smtp");
        assert!(faults[0].problem.contains("host"), "{faults:?}");
    }

    #[test]
    fn a_password_of_digits_is_a_text_and_never_shown() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from-file\n").unwrap();
        let text = format!(
            "[mail.smtp]\nhost = \"h\"\nuser = 5\npassword = 1234\n[database]\nurl_file = {:?}\n[sign_up]\npolicy = \"open\"",
            file.path()
        );
        let settings = from_toml(&text).unwrap();
        assert_eq!(settings.sign_up.policy, Some(SignUpPolicy::Open));
        let shown = toml::to_string(&settings).unwrap();
        assert!(
            !shown.contains("1234") && !shown.contains("from-file"),
            "{shown}"
        );
        assert!(shown.contains("user = \"5\""), "{shown}");
    }
}

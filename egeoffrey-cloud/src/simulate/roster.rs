//! Which houses are played: from a file, or made for the occasion by the API.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use model::HouseId;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::args::SimulateArgs;
use crate::admin::remote::Service;
use crate::failure::Failure;

/// One house that can be played.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The house.
    pub house: HouseId,
    /// A passcode of it.
    pub passcode: SecretString,
}

/// All houses, and the service to tell when they are not needed any more.
pub struct Roster {
    /// The houses.
    pub entries: Vec<Entry>,
    made_at: Option<Service>,
}

/// The houses that the command line asks for.
pub async fn gather(args: &SimulateArgs) -> Result<Roster, Failure> {
    if let Some(file) = &args.credentials {
        let text = fs::read_to_string(file).map_err(|cause| {
            Failure::usage(format!("cannot read the file of --credentials: {cause}"))
        })?;
        let entries = read(&text)?;
        return Ok(Roster {
            entries,
            made_at: None,
        });
    }
    let service = Service::of(&args.remote)?;
    let tenant = tenant(&service, args.tenant.as_deref()).await?;
    let mut roster = Roster {
        entries: Vec::new(),
        made_at: Some(service),
    };
    for number in 1..=args.houses.unwrap_or_default() {
        if let Err(failure) = roster.make(&tenant, number, args).await {
            roster.dismiss().await?;
            return Err(failure);
        }
    }
    if let Some(file) = &args.save {
        write(file, &roster.entries)?;
        roster.made_at = None;
    }
    Ok(roster)
}

/// The tenant that is named, or the only one there is.
async fn tenant(service: &Service, named: Option<&str>) -> Result<String, Failure> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let answer = service.get(&["tenants"], &[]).await?;
    let tenants = answer.get("tenants").and_then(Value::as_array);
    let ids = tenants.into_iter().flatten();
    let ids: Vec<&str> = ids
        .filter_map(|one| one.get("tenant_id")?.as_str())
        .collect();
    match ids.as_slice() {
        [only] => Ok((*only).to_owned()),
        _ => Err(Failure::usage(format!(
            "the token opens {} tenants; choose one with --tenant",
            ids.len()
        ))),
    }
}

impl Roster {
    async fn make(
        &mut self,
        tenant: &str,
        number: u32,
        args: &SimulateArgs,
    ) -> Result<(), Failure> {
        let Some(service) = &self.made_at else {
            return Ok(());
        };
        let new = json!({
            "name": format!("Simulated {number:04}"),
            "timezone": args.timezone.as_str(),
            "hosting": "hosted",
        });
        let path = ["tenants", tenant, "houses"];
        let made = service.call(Method::POST, &path, &[], &new).await?;
        let text = |name: &str| made.get(name).and_then(Value::as_str).unwrap_or_default();
        let house = text("house_id").parse().map_err(Failure::internal)?;
        self.entries.push(Entry {
            house,
            passcode: text("passcode").to_owned().into(),
        });
        Ok(())
    }

    /// Deletes the houses that were made, unless they are to be kept.
    pub async fn dismiss(&self) -> Result<(), Failure> {
        let Some(service) = &self.made_at else {
            return Ok(());
        };
        for entry in &self.entries {
            service.delete(&["houses", entry.house.as_str()]).await?;
        }
        Ok(())
    }
}

/// One house a line: house id and passcode, apart by spaces. `#` begins a
/// comment.
fn read(text: &str) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            [house, passcode] => entries.push(Entry {
                house: house
                    .parse()
                    .map_err(|why| Failure::usage(format!("line {number}: {house:?} {why}")))?,
                passcode: (*passcode).to_owned().into(),
            }),
            _ => {
                return Err(Failure::usage(format!(
                    "line {number} must be a house id and a passcode"
                )));
            }
        }
    }
    if entries.is_empty() {
        return Err(Failure::usage("the file of --credentials names no house"));
    }
    Ok(entries)
}

fn write(file: &Path, entries: &[Entry]) -> Result<(), Failure> {
    let mut text = String::new();
    for entry in entries {
        let passcode = entry.passcode.expose_secret();
        writeln!(text, "{} {passcode}", entry.house).map_err(Failure::internal)?;
    }
    platform::data_dir::write_private(file, text.as_bytes())
        .map_err(|cause| Failure::usage(format!("cannot write {}: {cause}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_roster_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("houses");
        let entries = read("villa-7k3q9x  abc\n\n# a note\nflat-aaaaaa def\n").unwrap();
        write(&file, &entries).unwrap();
        let again = read(&fs::read_to_string(&file).unwrap()).unwrap();
        let told: Vec<(&str, &str)> = again
            .iter()
            .map(|entry| (entry.house.as_str(), entry.passcode.expose_secret()))
            .collect();
        assert_eq!(told, [("villa-7k3q9x", "abc"), ("flat-aaaaaa", "def")]);
    }

    #[test]
    fn a_wrong_line_is_named() {
        for text in ["", "# nobody", "villa-7k3q9x", "Villa! abc", "a b c"] {
            assert!(matches!(read(text), Err(Failure::Usage(_))), "{text}");
        }
        let Err(Failure::Usage(said)) = read("villa-7k3q9x abc\nb") else {
            panic!("taken")
        };
        assert!(said.starts_with("line 2 "), "{said}");
    }
}

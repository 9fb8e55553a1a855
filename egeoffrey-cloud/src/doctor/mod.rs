//! `doctor`: looks at everything a service needs, changes nothing, and says
//! what is wrong and what to do. Beside a running service as well as without
//! one.
//!
//! | module | subject |
//! |---|---|
//! | [`finding`] | one line of the answer |
//! | [`ground`] | data folder, disk, clock, ports, mail: the machine |
//! | [`kept`] | database, houses' files, audit log: what is kept |

mod finding;
mod ground;
mod kept;

use std::path::PathBuf;

use platform::{Settings, SystemAmbient};

use crate::cli::DoctorArgs;
use crate::failure::Failure;
use finding::{Finding, Findings};

/// Runs the command. The settings are part of what is looked at.
pub fn run(args: &DoctorArgs, settings: Result<Settings, Failure>) -> Result<(), Failure> {
    let mut findings = Findings::default();
    match settings {
        Ok(settings) => {
            findings.add(Finding::ok("configuration", "the settings are right"));
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(Failure::internal)?;
            runtime.block_on(look(args, &settings, &mut findings));
        }
        Err(failure) => findings.add(Finding::fail(
            "configuration",
            failure.to_string(),
            "mend the settings; `egeoffrey-cloud config check` says when they are right",
        )),
    }
    let text = if args.json {
        findings.to_json().map_err(Failure::internal)?
    } else {
        findings.to_string()
    };
    println!("{text}");
    match findings.failed() {
        0 => Ok(()),
        1 => Err(Failure::Internal("one check failed".to_owned())),
        failed => Err(Failure::Internal(format!("{failed} checks failed"))),
    }
}

async fn look(args: &DoctorArgs, settings: &Settings, findings: &mut Findings) {
    let ambient = SystemAmbient;
    let data_dir = args.data_dir.as_ref().unwrap_or(&settings.data_dir);
    let runs = ground::data_folder(data_dir, findings);
    if data_dir.is_dir() {
        findings.add(ground::disk(data_dir));
    }
    let newest = kept::database(args, settings, data_dir, &ambient, findings).await;
    findings.add(ground::clock(&ambient, newest));
    ground::ports(settings, runs, findings).await;
    findings.add(ground::mail(settings, data_dir).await);
    findings.add(kept::houses(data_dir));
}

/// The folder of the signed heads of the audit log.
fn heads_folder(args: &DoctorArgs, data_dir: &std::path::Path) -> PathBuf {
    let own = || data_dir.join("audit/heads");
    args.heads.clone().unwrap_or_else(own)
}

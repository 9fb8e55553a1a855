use super::*;
use model::time::ManualAmbient;

fn said(finding: &Finding) -> String {
    finding.to_string()
}

#[test]
fn a_clock_in_the_past_is_found() {
    let past = ManualAmbient::at(Timestamp::from_secs(0));
    assert!(said(&clock(&past, None)).starts_with("FAIL clock: 1970"));
    let now = ManualAmbient::at(Timestamp::from_rfc3339("2026-11-21T17:00:00Z").unwrap());
    assert!(said(&clock(&now, None)).starts_with("ok "));
    let newest = |millis: i64| Some(Timestamp(now.now().0 + millis));
    assert!(said(&clock(&now, newest(5_000))).starts_with("ok "));
    assert!(said(&clock(&now, newest(5_001))).starts_with("FAIL"));
}

#[tokio::test]
async fn a_port_that_is_taken_is_found() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let line = said(&port("port", "http.listen", address, Runs::No).await);
    assert!(line.starts_with("FAIL port"), "{line}");
    assert!(line.contains("http.listen"), "{line}");
    let line = said(&port("port", "http.listen", address, Runs::Yes).await);
    assert!(line.starts_with("ok   port"), "{line}");
    drop(taken);
    let line = said(&port("port", "http.listen", address, Runs::Yes).await);
    assert!(line.starts_with("warn port"), "{line}");
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = Settings::default();
    let line = said(&mail(&settings, folder.path()).await);
    assert!(line.starts_with("warn mail: no server"), "{line}");
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    settings.mail.smtp = Some(SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: Some(port),
        encryption: SmtpEncryption::None,
        user: None,
        password: None,
        password_file: None,
    });
    let line = said(&mail(&settings, folder.path()).await);
    assert!(line.starts_with("warn mail: 127.0.0.1"), "{line}");
    settings.mail.from = "Cloud <noreply@example.org>".to_owned();
    let line = said(&mail(&settings, folder.path()).await);
    assert!(line.starts_with("ok   mail"), "{line}");
    drop(server);
    let line = said(&mail(&settings, folder.path()).await);
    assert!(line.starts_with("FAIL mail"), "{line}");
}

#[test]
fn what_others_can_read_is_found() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    let look = || {
        let mut findings = Findings::default();
        let runs = data_folder(&folder, &mut findings);
        (runs, findings.to_string())
    };
    assert!(look().1.starts_with("FAIL data folder"));
    let open = platform::DataDir::open(&folder).unwrap();
    assert_eq!(look().0, Runs::Yes);
    drop(open);
    let (runs, text) = look();
    assert_eq!(runs, Runs::No);
    assert!(!text.contains("FAIL") && !text.contains("warn"), "{text}");
    let file = folder.join("control-plane.db");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let text = look().1;
    assert!(
        text.contains("warn data folder") && text.contains("chmod 600"),
        "{text}"
    );
}

//! The store's conformance suite on SQLite.

#[cfg(test)]
mod store_conformance;

#[cfg(test)]
mod sqlite {
    use crate::store_conformance::harness::Database;

    /// A fresh file.
    fn database() -> Database {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control-plane.db");
        Database::new(format!("sqlite:{}", path.display()), folder)
    }

    crate::store_conformance::conformance!(database());

    #[cfg(unix)]
    #[tokio::test]
    async fn the_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;

        let database = database();
        let world = crate::store_conformance::harness::World::open(database).await;
        let folder = std::path::Path::new(world.url.strip_prefix("sqlite:").unwrap())
            .parent()
            .unwrap();
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{}", entry.path().display());
        }
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_says_what_to_do() {
        use control_plane::store::{OpenError, Store};
        use model::Timestamp;
        use model::time::ManualAmbient;

        let ambient = ManualAmbient::at(Timestamp(0));
        for url in ["", "mysql://x", "sqlite:", "/tmp/x.db"] {
            let error = Store::open(url, &ambient).await.unwrap_err();
            assert!(matches!(error, OpenError::Url), "{url}: {error}");
        }
        let error = Store::open("sqlite:/nowhere/at/all.db", &ambient)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("/nowhere/at/all.db"), "{error}");
        let error = Store::open("postgres://u:secret@127.0.0.1:1/x", &ambient)
            .await
            .unwrap_err();
        assert!(matches!(error, OpenError::Connect(_)), "{error}");
        assert!(!format!("{error:?} {error}").contains("secret"));
    }
}

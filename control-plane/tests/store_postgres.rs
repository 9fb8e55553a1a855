//! The store's conformance suite on PostgreSQL. Starts a server of its own,
//! reached through a socket in a temporary folder and gone with this process.

#[cfg(test)]
mod store_conformance;
#[cfg(test)]
mod store_server;

#[cfg(test)]
mod postgres {
    use std::sync::LazyLock;

    use crate::store_conformance::harness::{Database, World};
    use crate::store_server::Server;

    static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

    fn database() -> Database {
        Database::new(SERVER.create_database(), ())
    }

    crate::store_conformance::conformance!(database());

    #[tokio::test]
    async fn both_engines_have_the_same_tables_with_the_same_columns() {
        let postgres = World::open(database()).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control-plane.db");
        let sqlite = World::open(Database::new(format!("sqlite:{}", path.display()), folder)).await;
        let on_sqlite = sqlite
            .raw_texts(
                "SELECT m.name || '.' || c.name FROM sqlite_master m \
                 JOIN pragma_table_info(m.name) c WHERE m.type IN ('table', 'view') ORDER BY 1",
            )
            .await;
        let on_postgres = postgres
            .raw_texts(
                "SELECT (table_name || '.' || column_name)::text FROM information_schema.columns \
                 WHERE table_schema = 'public' ORDER BY table_name || '.' || column_name COLLATE \"C\"",
            )
            .await;
        assert!(on_sqlite.contains(&"accounts.email_canonical".to_owned()));
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        assert_eq!(sorted(on_sqlite), sorted(on_postgres));
    }
}

//! Sensors on offer.

use ::house::store::Offer;
use rusqlite::{Connection, params};

use super::files::json;

/// All offers.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Vec<Offer>> {
    let mut statement = connection.prepare("SELECT sensor, sender, value, at FROM offer")?;
    let offers = statement.query_map([], |row| {
        Ok(Offer {
            sensor: row.get(0)?,
            sender: row.get(1)?,
            value: json(row, 2)?,
            at: row.get(3)?,
        })
    })?;
    offers.collect()
}

/// Writes an offer, replacing one for the same sensor.
pub(super) fn put(connection: &Connection, offer: &Offer) -> rusqlite::Result<()> {
    let value = offer.value.to_string();
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO offer (sensor, sender, value, at) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![offer.sensor, offer.sender, value, offer.at])
        .map(drop)
}

/// Removes the offer for `sensor`, if there is one.
pub(super) fn remove(connection: &Connection, sensor: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM offer WHERE sensor = ?1")?
        .execute([sensor])
        .map(drop)
}

//! Answers for people: lines and columns of plain text.

use std::fmt::Write;

use serde_json::Value;

use crate::failure::Failure;

/// Rows under their titles, as wide as what stands in them.
pub struct Table {
    titles: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new(titles: &[&'static str]) -> Self {
        Self {
            titles: titles.to_vec(),
            rows: Vec::new(),
        }
    }

    /// Adds a row of an object's members, in the order of `names`. A name with
    /// dots leads into members.
    pub fn add(&mut self, object: &Value, names: &[&str]) {
        let cells = names.iter().map(|name| cell(member(object, name)));
        self.rows.push(cells.collect());
    }

    /// The text, one line per row.
    pub fn print(&self) -> String {
        let titles: Vec<String> = self
            .titles
            .iter()
            .map(|title| title.to_uppercase())
            .collect();
        let mut widths: Vec<usize> = titles.iter().map(|title| title.chars().count()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut text = String::new();
        for row in std::iter::once(&titles).chain(&self.rows) {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                // Writing to a string does not fail.
                let _ = write!(line, "{cell:<width$}  ");
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A member of an object, or of a member of it.
pub fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    name.split('.').fold(object, |value, part| {
        value.get(part).unwrap_or(&Value::Null)
    })
}

/// A value in a cell: texts as they are, nothing as a dash.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) if text.is_empty() => "-".to_owned(),
        Value::String(text) => plain(text),
        Value::Array(values) => values.len().to_string(),
        other => plain(&other.to_string()),
    }
}

/// A text that makes no lines and sends nothing to the terminal but letters:
/// names are other people's words.
pub fn plain(text: &str) -> String {
    let letter = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(letter).collect()
}

/// The answer as the API gave it.
pub fn json(value: &Value) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(value).map_err(Failure::internal)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_are_as_wide_as_what_stands_in_them() {
        let mut table = Table::new(&["name", "houses", "since"]);
        let names = ["name", "houses", "made.at"];
        let evil = "Öd\u{1b}[31m\nland";
        table.add(
            &json!({"name": evil, "houses": [1, 2], "made": {"at": "now"}}),
            &names,
        );
        table.add(&json!({"name": "Anna", "houses": 7}), &names);
        assert_eq!(
            table.print(),
            "NAME           HOUSES  SINCE\nÖd [31m land  2       now\nAnna          7       -\n"
                .replace("NAME           HOUSES", "NAME          HOUSES")
        );
    }
}

//! Reads back our own pages: enough of HTML for markup that we wrote.

/// An element with what stands directly or deeper inside it as text.
#[derive(Debug)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes, values as written (references not resolved).
    pub attributes: Vec<(String, String)>,
    /// The text inside.
    pub text: String,
}

impl Element {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(attribute, _)| attribute == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Elements that never have an end tag.
const VOID: [&str; 5] = ["input", "link", "meta", "img", "br"];

/// All elements in the order of their start tags. Panics when a tag is left
/// open or closed twice: browsers would repair that in their own ways.
pub fn elements(html: &str) -> Vec<Element> {
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").expect("a doctype");
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        for place in &open {
            found[*place].text.push_str(text);
        }
        let (tag, after) = tag(&rest[start + 1..]);
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            // An option may be left open; its group or list ends it.
            let closed = loop {
                let place = open
                    .pop()
                    .unwrap_or_else(|| panic!("{name} closed, never opened"));
                if found[place].name != "option" || name == "option" {
                    break place;
                }
            };
            assert_eq!(found[closed].name, name, "closed in the wrong order");
            continue;
        }
        let element = element(tag.trim_end_matches('/'));
        let ended = tag.ends_with('/') || VOID.contains(&element.name.as_str());
        if element.name == "option"
            && open
                .last()
                .is_some_and(|place| found[*place].name == "option")
        {
            open.pop();
        }
        if !ended {
            open.push(found.len());
        }
        found.push(element);
    }
    assert!(
        open.is_empty(),
        "left open: {:?}",
        open.iter()
            .map(|place| &found[*place].name)
            .collect::<Vec<_>>()
    );
    found
}

/// Splits after the `>` that ends the tag, which is not one inside quotes.
fn tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, sign) in text.char_indices() {
        match sign {
            '"' => quoted = !quoted,
            '>' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    panic!("a tag without end: {text}");
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let attribute = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix("=\"") {
            let close = after.find('"').expect("an end of the value");
            after[..close].clone_into(&mut value);
            rest = &after[close + 1..];
            assert!(
                rest.is_empty() || rest.starts_with(char::is_whitespace),
                "no blank behind {attribute}=\"{value}\" in <{tag}>"
            );
        } else {
            assert!(!rest.starts_with('='), "a value without quotes in <{tag}>");
        }
        assert!(
            !attributes.iter().any(|(known, _)| *known == attribute),
            "{attribute} twice in <{tag}>"
        );
        attributes.push((attribute, value));
    }
    Element {
        name: name.to_owned(),
        attributes,
        text: String::new(),
    }
}

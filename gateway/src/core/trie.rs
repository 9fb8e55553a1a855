//! The subscription tree of one house: filters by level, compact when idle.

use bus::QoS;

use super::identity::ConnId;

/// Most levels of a filter; deeper ones are refused, so that no walk and no
/// drop goes deeper either.
pub const MAX_LEVELS: usize = 128;

/// What a connection wants of what a filter selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Subscription {
    pub conn: ConnId,
    /// The highest quality.
    pub qos: QoS,
    /// Not what the connection itself publishes.
    pub no_local: bool,
    /// Live messages keep their retain flag.
    pub retain_as_published: bool,
    /// To be given back with each message; 0 for none.
    pub identifier: u32,
}

/// A level of the tree. Children are sorted: a house has few per level.
#[derive(Debug, Default)]
pub(super) struct Node {
    children: Vec<(Box<str>, Self)>,
    /// Below a `+`.
    plus: Option<Box<Self>>,
    /// Filters that end here.
    here: Vec<Subscription>,
    /// Filters that end with `#` here.
    hash: Vec<Subscription>,
}

impl Node {
    pub const fn is_empty(&self) -> bool {
        self.children.is_empty()
            && self.plus.is_none()
            && self.here.is_empty()
            && self.hash.is_empty()
    }

    /// Adds a subscription or replaces the connection's earlier one with the
    /// same filter; whether it is new. The filter is a valid one.
    pub fn insert(&mut self, filter: &str, subscription: Subscription) -> bool {
        let (level, rest) = split(filter);
        match (level, rest) {
            ("#", _) => put(&mut self.hash, subscription),
            (level, None) => put(&mut self.child(level).here, subscription),
            (level, Some(rest)) => self.child(level).insert(rest, subscription),
        }
    }

    fn child(&mut self, level: &str) -> &mut Self {
        if level == "+" {
            return self.plus.get_or_insert_default();
        }
        let at = match self.find(level) {
            Ok(at) => at,
            Err(at) => {
                self.children.reserve_exact(1);
                self.children.insert(at, (level.into(), Self::default()));
                at
            }
        };
        #[expect(clippy::indexing_slicing, reason = "found or inserted right above")]
        &mut self.children[at].1
    }

    fn find(&self, level: &str) -> Result<usize, usize> {
        self.children
            .binary_search_by(|(name, _)| (**name).cmp(level))
    }

    /// Removes a connection's subscription; whether there was one.
    pub fn remove(&mut self, filter: &str, conn: ConnId) -> bool {
        let (level, rest) = split(filter);
        if level == "#" {
            return take(&mut self.hash, conn);
        }
        let remove_below = |node: &mut Self| match rest {
            Some(rest) => node.remove(rest, conn),
            None => take(&mut node.here, conn),
        };
        if level == "+" {
            let Some(below) = &mut self.plus else {
                return false;
            };
            let removed = remove_below(below);
            if below.is_empty() {
                self.plus = None;
            }
            return removed;
        }
        let Ok(at) = self.find(level) else {
            return false;
        };
        let Some((_, below)) = self.children.get_mut(at) else {
            return false;
        };
        let removed = remove_below(below);
        if below.is_empty() {
            self.children.remove(at);
            self.children.shrink_to(2 * self.children.len());
        }
        removed
    }

    /// Every subscription that selects `topic`, one per filter.
    pub fn select(&self, topic: &str, found: &mut Vec<Subscription>) {
        self.walk(Some(topic), topic.starts_with('$'), found);
    }

    /// `hidden`: whether wildcards at this level do not see the topic.
    fn walk(&self, topic: Option<&str>, hidden: bool, found: &mut Vec<Subscription>) {
        if !hidden {
            found.extend_from_slice(&self.hash);
        }
        let Some(topic) = topic else {
            found.extend_from_slice(&self.here);
            return;
        };
        let (level, rest) = split(topic);
        if let (false, Some(plus)) = (hidden, &self.plus) {
            plus.walk(rest, false, found);
        }
        if let Some((_, child)) = self.find(level).ok().and_then(|at| self.children.get(at)) {
            child.walk(rest, false, found);
        }
    }
}

fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once('/')
        .map_or((text, None), |(level, rest)| (level, Some(rest)))
}

fn put(list: &mut Vec<Subscription>, subscription: Subscription) -> bool {
    if let Some(old) = list.iter_mut().find(|old| old.conn == subscription.conn) {
        *old = subscription;
        return false;
    }
    list.reserve_exact(1);
    list.push(subscription);
    true
}

fn take(list: &mut Vec<Subscription>, conn: ConnId) -> bool {
    let before = list.len();
    list.retain(|subscription| subscription.conn != conn);
    list.shrink_to(2 * list.len());
    before != list.len()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bus::filter;
    use proptest::prelude::*;

    use super::*;

    fn subscription(conn: u64, identifier: u32) -> Subscription {
        Subscription {
            conn: ConnId(conn),
            qos: QoS::ExactlyOnce,
            no_local: false,
            retain_as_published: false,
            identifier,
        }
    }

    #[test]
    fn the_same_filter_is_one_subscription() {
        let mut tree = Node::default();
        assert!(tree.insert("a/+/#", subscription(1, 1)));
        assert!(!tree.insert("a/+/#", subscription(1, 2)));
        let mut found = Vec::new();
        tree.select("a/b", &mut found);
        assert_eq!(found, [subscription(1, 2)]);
        assert!(tree.remove("a/+/#", ConnId(1)));
        assert!(!tree.remove("a/+/#", ConnId(1)));
        assert!(tree.is_empty());
    }

    #[test]
    fn asterisks_and_empty_levels_are_ordinary() {
        let mut tree = Node::default();
        tree.insert("h/*/*/STATUS/#", subscription(1, 1));
        tree.insert("h//x", subscription(1, 2));
        let ids = |topic: &str| {
            let mut found = Vec::new();
            tree.select(topic, &mut found);
            found.iter().map(|s| s.identifier).collect::<Vec<_>>()
        };
        assert_eq!(ids("h/*/*/STATUS/1"), [1]);
        assert_eq!(ids("h/a/b/STATUS/1"), Vec::<u32>::new());
        assert_eq!(ids("h//x"), [2]);
    }

    proptest! {
        /// Whatever is subscribed and unsubscribed, a topic is selected by
        /// exactly the filters that the plain rule names, and an empty tree is
        /// really empty.
        #[test]
        fn it_selects_what_the_plain_rule_selects(
            steps in prop::collection::vec(
                (any::<bool>(), "(([ab*]|\\+||\\$s)/){0,3}([ab]|#|\\+|)", 0u64..3), 0..40),
            topics in prop::collection::vec("(([ab*]||\\$s)/){0,3}[ab]?", 1..8),
        ) {
            let mut tree = Node::default();
            let mut model: BTreeMap<(String, u64), u32> = BTreeMap::new();
            let mut serial = 0;
            for (add, filter, conn) in steps {
                prop_assume!(filter::is_topic_filter(&filter));
                if add {
                    serial += 1;
                    let is_new = tree.insert(&filter, subscription(conn, serial));
                    prop_assert_eq!(is_new, model.insert((filter, conn), serial).is_none());
                } else {
                    let removed = tree.remove(&filter, ConnId(conn));
                    prop_assert_eq!(removed, model.remove(&(filter, conn)).is_some());
                }
            }
            for topic in topics.iter().filter(|topic| filter::is_topic_name(topic)) {
                let mut found = Vec::new();
                tree.select(topic, &mut found);
                let mut found: Vec<u32> = found.iter().map(|s| s.identifier).collect();
                let mut expected: Vec<u32> = model.iter()
                    .filter(|((filter, _), _)| filter::matches(filter, topic))
                    .map(|(_, serial)| *serial).collect();
                found.sort_unstable();
                expected.sort_unstable();
                prop_assert_eq!(found, expected);
            }
            for (filter, conn) in model.keys() {
                prop_assert!(tree.remove(filter, ConnId(*conn)));
            }
            prop_assert!(tree.is_empty());
        }
    }
}

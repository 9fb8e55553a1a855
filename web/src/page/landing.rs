//! What the service is, its plans, and the two ways in.

use askama::Template;
use model::Quotas;

use super::Page;
use crate::{Text, words};

/// `GET /` for somebody who is not signed in.
#[derive(Clone, Debug, Template)]
#[template(path = "landing.html")]
pub struct LandingPage {
    /// The plans, smallest first. May be empty: then no table is shown.
    pub plans: Vec<PlanColumn>,
    /// Whether the door says "Sign up" or only "Log in".
    pub sign_up_open: bool,
}

/// What one plan gives, ready to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanColumn {
    /// The plan's name.
    pub name: String,
    /// Houses of an account.
    pub houses: Text,
    /// People who may share them.
    pub members: Text,
    /// Devices connected at one time, per house.
    pub connections: Text,
    /// Sensors per house.
    pub sensors: Text,
    /// How long history is kept.
    pub history: Text,
    /// Messages per day.
    pub messages_per_day: Text,
    /// Messages per second, for long.
    pub rate: Text,
    /// Messages at once, before the rate applies.
    pub burst: Text,
    /// The largest message.
    pub message: Text,
}

impl PlanColumn {
    /// The numbers of a plan as people read them.
    #[must_use]
    pub fn new(name: &str, quotas: &Quotas) -> Self {
        let say = |name: &str| {
            let quota = model::Quota::by_name(name);
            quota.map_or_else(Text::default, |quota| {
                words::quota(quota, quotas.get(quota))
            })
        };
        Self {
            name: name.to_owned(),
            houses: say("houses"),
            members: say("members"),
            connections: say("connections_per_house"),
            sensors: say("sensors_per_house"),
            history: say("history_days"),
            messages_per_day: say("messages_per_day"),
            rate: say("messages_per_second"),
            burst: say("messages_burst"),
            message: say("message_bytes"),
        }
    }
}

impl Page for LandingPage {
    const NAME: &'static str = "landing";

    fn samples() -> Vec<(&'static str, Self)> {
        let plans = model::Plan::ALL
            .iter()
            .map(|plan| PlanColumn::new(plan.as_str(), &plan.quotas()))
            .collect();
        vec![
            (
                "open",
                Self {
                    plans,
                    sign_up_open: true,
                },
            ),
            (
                "closed",
                Self {
                    plans: Vec::new(),
                    sign_up_open: false,
                },
            ),
        ]
    }
}

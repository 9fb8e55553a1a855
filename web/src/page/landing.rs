//! What the service is, its plans, and the two ways in.

use askama::Template;
use model::Quotas;

use super::Page;
use crate::words;

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
    pub houses: String,
    /// People who may share them.
    pub members: String,
    /// Devices connected at one time, per house.
    pub connections: String,
    /// Sensors per house.
    pub sensors: String,
    /// How long history is kept.
    pub history: String,
    /// Messages per day.
    pub messages_per_day: String,
    /// Messages per second, for long.
    pub rate: String,
    /// Messages at once, before the rate applies.
    pub burst: String,
    /// The largest message.
    pub message: String,
}

impl PlanColumn {
    /// The numbers of a plan as people read them.
    #[must_use]
    pub fn new(name: &str, quotas: &Quotas) -> Self {
        Self {
            name: name.to_owned(),
            houses: words::count(quotas.houses),
            members: words::count(quotas.members),
            connections: words::count(quotas.connections_per_house),
            sensors: words::count(quotas.sensors_per_house),
            history: format!("{} days", words::count(quotas.history_days)),
            messages_per_day: words::rounded(quotas.messages_per_day),
            rate: words::count(quotas.messages_per_second),
            burst: words::count(quotas.messages_burst),
            message: words::bytes(quotas.message_bytes),
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
